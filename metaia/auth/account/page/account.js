// The page that mailed links open. The token is in the fragment of the URL, which browsers send to no server. Opening the
// page changes nothing, because mail scanners open links too: the button sends the token.
"use strict";

const KINDS = {
  verify_email: {
    path: "verify-email",
    title: "Confirm your e-mail address",
    text: "Is this your address, and did you make the account?",
    button: "Yes, confirm it",
    done: () => "Thank you, your address is confirmed.",
  },
  reset_password: {
    path: "reset-password",
    title: "Choose a new password",
    text: "At least 8 characters; a few words are better than a short riddle. You will be logged out everywhere.",
    button: "Set the password",
    password: true,
    done: () => "Your new password is set. You can log in with it.",
  },
  change_email_old: {
    path: "confirm-email",
    title: "Leave this e-mail address",
    text: "Shall your account get the new address that the mail names?",
    button: "Yes, change it",
    done: changed,
  },
  change_email_new: {
    path: "confirm-email",
    title: "Use this e-mail address",
    text: "Shall your account use this address from now on?",
    button: "Yes, use it",
    done: changed,
  },
  unlock: {
    path: "confirm-unlock",
    title: "Log in without waiting",
    text: "Wrong passwords make everybody wait before the next try. Shall this wait end?",
    button: "Yes, end it",
    done: () => "You can log in now. If it was not you who tried, choose a longer password there.",
  },
};

function changed(data) {
  return data.changed
    ? "Your account has its new address."
    : "Thank you. Now open the link in the mail to your other address, too.";
}

const element = (id) => document.getElementById(id);
// Trackers of clicks add parameters, some of them to the fragment.
const given = new URLSearchParams(location.hash.slice(1).replaceAll("?", "&"));
const name = [...given.keys()].find((key) => Object.hasOwn(KINDS, key));
const token = given.get(name)?.match(/^[\w-]*/)[0];
const kind = name ? KINDS[name] : null;

function show(title, text, failed = false) {
  element("title").textContent = document.title = title;
  element("text").textContent = text;
  element("text").className = failed ? "failed" : "";
}

function finish(text) {
  element("form").hidden = true;
  history.replaceState(null, "", location.pathname); // the token is used: remove it from the history
  show(kind.title, text);
}

async function call(path, body) {
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch(`api/auth/${path}`, { method: "POST", headers, body: JSON.stringify(body) });
  const { data, error } = await answer.json();
  if (answer.ok) return data;
  element("form").hidden = answer.status === 410; // another attempt cannot succeed
  throw new Error(Object.values(error.details).flat().join(" ") || error.message);
}

async function act(event) {
  event.preventDefault();
  element("button").disabled = true;
  const body = kind.password ? { token, password: element("password").value } : { token };
  try {
    finish(kind.done(await call(kind.path, body)));
  } catch (error) {
    show(kind.title, error instanceof TypeError ? "No connection. Please try again." : error.message, true);
  }
  element("button").disabled = false;
}

if (kind) {
  show(kind.title, kind.text);
  element("button").textContent = kind.button;
  element("choose").hidden = !kind.password;
  element("password").required = Boolean(kind.password);
  element("form").hidden = false;
  element("form").addEventListener("submit", act);
} else {
  show("Your account", "This link is not complete. Copy all of it from the mail, or ask for a new one.", true);
}
window.addEventListener("hashchange", () => location.reload()); // another link, opened in the same tab
