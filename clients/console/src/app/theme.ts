// Light, dark, or as the system is.
export type Theme = "system" | "light" | "dark";

export function theme(): Theme {
  try {
    return (localStorage.getItem("metaia:theme") as Theme | null) ?? "system";
  } catch {
    return "system";
  }
}

export function setTheme(next: Theme): void {
  try {
    localStorage.setItem("metaia:theme", next);
  } catch {
    // private mode: the choice ends with the page
  }
  if (next === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = next;
}

setTheme(theme());
