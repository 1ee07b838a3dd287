// Shared by all pages: calls of the server, and new elements. Values become text, never HTML.

const token = document.querySelector("meta[name=csrf]")?.content;

export class ApiError extends Error {
  constructor(status, error) {
    super(error?.message ?? "The server returned an unexpected answer.");
    Object.assign(this, { status, code: error?.code, details: error?.details });
  }
}

// Call the server; return the body of the answer. Throws ApiError, or TypeError without a connection.
export async function callApi(path, body) {
  const headers = { Accept: "application/json", ...(token && { "X-CSRF-Token": token }) };
  const sent = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const answer = await fetch(path, { ...sent, headers, redirect: "error" });
  const found = await answer.json().catch(() => ({}));
  if (answer.ok) return found;
  throw new ApiError(answer.status, found.error);
}

// Return the text to show for an error. If the session has ended, load the login page.
export function messageOf(error) {
  if (error.status === 401) location.assign("/admin/login");
  return error instanceof TypeError ? "No connection. Please try again." : error.message;
}

export function build(tag, attributes, ...children) {
  const element = Object.assign(document.createElement(tag), attributes);
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

export function timeElement(moment) {
  return moment ? build("time", { dateTime: moment, title: moment }, new Date(moment).toLocaleString()) : "";
}

document.getElementById("logout")?.addEventListener("click", async () => {
  try {
    await callApi("/admin/logout", {});
    location.assign("/admin/login");
  } catch (error) {
    alert(messageOf(error));
  }
});
