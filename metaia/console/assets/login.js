import { callApi, ApiError } from "./staff.js";

const element = (id) => document.getElementById(id);

async function logIn(event) {
  event.preventDefault();
  element("button").disabled = true;
  element("status").textContent = "";
  const body = { email: element("email").value, password: element("password").value };
  if (element("code").value) body.code = element("code").value.trim();
  try {
    await callApi("/admin/login", body);
    location.assign("/admin/start");
  } catch (error) {
    if (error.code === "second_factor_required") {
      element("second").hidden = false;
      element("code").required = true;
      element("code").focus();
    }
    const known = error instanceof ApiError;
    const details = known ? Object.values(error.details ?? {}).flat().join(" ") : "";
    element("status").textContent = known ? details || error.message : "No connection. Please try again.";
  }
  element("button").disabled = false;
}

element("form").addEventListener("submit", logIn);
