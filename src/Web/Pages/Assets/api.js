/** A refusal of the API, in its own words. */
export class ApiError extends Error {
  constructor(status, detail) {
    super(detail);
    this.status = status;
  }
}

/** Asks the API. Gives the response; a refusal throws an `ApiError`. */
export async function ask(path, { json, ...options } = {}) {
  if (json !== undefined) {
    options = { ...options, body: JSON.stringify(json), headers: { "Content-Type": "application/json", ...options.headers } };
  }
  const response = await fetch(path, options);
  if (response.ok) return response;
  if (response.status === 401) location.assign(`/sign-in?return_url=${encodeURIComponent(location.pathname + location.search)}`);
  const problem = await response.json().catch(() => ({}));
  throw new ApiError(response.status, problem.detail ?? `The server answered with status ${response.status}.`);
}

export const askJson = async (path, options) => (await ask(path, options)).json();

/** All entries of a list that comes in pages. */
export async function askAll(path, options) {
  const all = [];
  for (let after = ""; after !== null;) {
    const page = await askJson(`${path}?limit=500${after && `&after=${after}`}`, options);
    all.push(...page.data);
    after = page.next;
  }
  return all;
}

/** The lines of an NDJSON answer as objects. */
export async function askLines(path, options) {
  const text = await (await ask(path, { headers: { Accept: "application/x-ndjson" }, ...options })).text();
  return text.split("\n").filter(Boolean).map(line => JSON.parse(line));
}

/** An image's name as part of a path. */
export const inPath = name => name.split("/").map(encodeURIComponent).join("/");
