// Whether the desk answers, and whether it knows this browser. A desk that was started again
// has another cookie and another token: once its link was opened in this browser, open pages
// take the new token and go on.

const field = 'input[name="desk_token"]';
const meta = (page) => page.querySelector('meta[name="desk-token"]');

// What a script sends along to change anything; read anew for each request.
export const token = () => meta(document).content;

// Takes the token of a fresh page. A page without one, or of another newsletter, is not this desk's.
export function takeToken(fresh) {
  const found = meta(fresh)?.content;
  if (!found || fresh.body.dataset.workspace !== document.body.dataset.workspace) return false;
  meta(document).content = found;
  for (const input of document.querySelectorAll(field)) input.value = input.defaultValue = found;
  return true;
}

// Asks for a page that costs the desk nothing: "open", "locked" until its link is opened, or "gone".
export async function knock() {
  try {
    const answer = await fetch("/snippets/new", { headers: { Accept: "text/html" } });
    return takeToken(new DOMParser().parseFromString(await answer.text(), "text/html")) ? "open" : "locked";
  } catch {
    return "gone";
  }
}

// Posts a form as a script does. A desk that was started again meanwhile is asked once more with its own token.
export async function post(address, body, headers, how = {}) {
  const send = () => fetch(address, { method: "POST", body, headers: { ...headers, "X-Desk-Token": token() }, ...how });
  const answer = await send();
  return answer.status === 403 && (await knock()) === "open" ? send() : answer;
}
