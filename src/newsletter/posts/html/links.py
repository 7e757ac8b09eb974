"""Links: each leads somewhere by itself, or is but its words."""

from bs4 import Tag

from newsletter.posts.addresses import clean_address


def clean_links(root: Tag, base: str) -> None:
    """Mend every link and picture's address below `root`; a link that leads nowhere becomes its words."""
    for link in root.find_all("a"):
        address = clean_address(str(link.get("href") or ""), base)
        for image in link.find_all("img"):
            link.insert_before(image.extract())
        if address and link.get_text(strip=True):
            link.attrs = {"href": address}
        else:
            link.unwrap()
    for image in root.find_all("img"):
        source = str(image.get("src") or "")
        if not source.startswith(("data:", "cid:")):
            image["src"] = clean_address(source, base) or source
