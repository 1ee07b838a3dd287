// What all pages share: asking the server, and making elements. Whatever came from elsewhere becomes text, never HTML.

const token = document.querySelector("meta[name=csrf]")?.content;

export class Refused extends Error {
  constructor(status, error) {
    super(error?.message ?? "The server did not answer as it should.");
    Object.assign(this, { status, code: error?.code, details: error?.details });
  }
}

// Ask the server; return the whole answer. Throws Refused, or TypeError without a connection.
export async function ask(path, body) {
  const headers = { Accept: "application/json", ...(token && { "X-CSRF-Token": token }) };
  const sent = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const answer = await fetch(path, { ...sent, headers, redirect: "error" });
  const found = await answer.json().catch(() => ({}));
  if (answer.ok) return found;
  throw new Refused(answer.status, found.error);
}

// What to tell people about an error; whose session has ended goes to the login.
export function told(error) {
  if (error.status === 401) location.assign("/admin/login");
  return error instanceof TypeError ? "No connection. Please try again." : error.message;
}

export function make(tag, attributes, ...children) {
  const element = Object.assign(document.createElement(tag), attributes);
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

export function when(moment) {
  return moment ? make("time", { dateTime: moment, title: moment }, new Date(moment).toLocaleString()) : "";
}

document.getElementById("logout")?.addEventListener("click", async () => {
  try {
    await ask("/admin/logout", {});
    location.assign("/admin/login");
  } catch (error) {
    alert(told(error));
  }
});
