// One request in three languages, to copy.
import type { Recorded } from "../../app/requests.js";

export const LANGUAGES = ["curl", "JavaScript", "Python"] as const;
export type Language = (typeof LANGUAGES)[number];
type Request = Pick<Recorded, "method" | "path" | "body" | "key"> & { open?: boolean };

const quote = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

function headers({ body, key, open }: Request, token: string): [string, string][] {
  return [
    ...(open ? [] : [["Authorization", token] as [string, string]]),
    ...(body ? [["Content-Type", "application/json"] as [string, string]] : []),
    ...(key ? [["Idempotency-Key", key] as [string, string]] : []),
  ];
}

function curl(base: string, request: Request): string {
  const lines = [`curl -X ${request.method} ${quote(base + request.path)}`];
  for (const [name, value] of headers(request, "Bearer $TOKEN")) {
    lines.push(`-H ${name === "Authorization" ? `"${name}: ${value}"` : quote(`${name}: ${value}`)}`);
  }
  if (request.body) lines.push(`-d ${quote(request.body)}`);
  return lines.join(" \\\n  ");
}

function javascript(base: string, request: Request): string {
  const given = headers(request, "");
  const lines = given.map(([name, value]) =>
    name === "Authorization" ? "    Authorization: `Bearer ${token}`," : `    ${JSON.stringify(name)}: ${JSON.stringify(value)},`,
  );
  return [
    `const answer = await fetch(${JSON.stringify(base + request.path)}, {`,
    `  method: ${JSON.stringify(request.method)},`,
    ...(lines.length ? ["  headers: {", ...lines, "  },"] : []),
    ...(request.body ? [`  body: JSON.stringify(${request.body}),`] : []),
    "});",
    "const { data } = await answer.json();",
  ].join("\n");
}

/** JSON as a Python expression: only its three words differ, outside of strings. */
function python(text: string): string {
  const words: Record<string, string> = { true: "True", false: "False", null: "None" };
  return text.replace(/"(?:[^"\\]|\\.)*"|\b(?:true|false|null)\b/g, (found) => words[found] ?? found);
}

function pythonRequest(base: string, request: Request): string {
  const lines = headers(request, "").map(([name, value]) =>
    name === "Authorization" ? '        "Authorization": f"Bearer {token}",' : `        ${JSON.stringify(name)}: ${JSON.stringify(value)},`,
  );
  return [
    "import requests",
    "",
    "answer = requests.request(",
    `    ${JSON.stringify(request.method)},`,
    `    ${JSON.stringify(base + request.path)},`,
    ...(lines.length ? ["    headers={", ...lines, "    },"] : []),
    ...(request.body ? [`    json=${python(request.body)},`] : []),
    "    timeout=15,",
    ")",
    'data = answer.json()["data"]',
  ].join("\n");
}

/** Return `request` to the server at `base` in one language. */
export function snippet(language: Language, base: string, request: Request): string {
  if (language === "curl") return curl(base, request);
  return language === "JavaScript" ? javascript(base, request) : pythonRequest(base, request);
}
