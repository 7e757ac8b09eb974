"""Bringing a list in: from whatever file people have to subscribers, row by row.

The way of a row: `sheets` (bytes to cells, by the `letters` that make words) → `columns`
(which cell is what, by its heading and by a `survey` of the first cells, and which
`questions` that leaves) → `reading` (cells to a person, by their `standing`, or a rejection;
for a long file in a process of its own, `elsewhere`) → `writing` (into the store) → `report`.
"""
