import { expect, test, vi } from "vitest";
import { createTokens, type Session } from "../src/tokens.js";
import { createRest } from "../src/http.js";
import { platformRandom } from "../src/random.js";
import { FakeServer, ok, problem, token, user } from "./fake.js";

vi.spyOn(Math, "random").mockReturnValue(0);

/** A server that rotates refresh tokens as METAIA does, and loses every `lose`-th answer. */
function rotating(lose = 0) {
  const server = new FakeServer();
  const state = { current: "r0", previous: "", attempt: "", ended: false, rotations: 0, requests: 0 };
  server.routes["POST /api/auth/refresh"] = ({ body }) => {
    const { refreshToken, attemptId } = JSON.parse(body!);
    state.requests++;
    if (state.ended) return problem(401, "session_ended");
    if (refreshToken === state.current) {
      state.previous = state.current;
      state.current = `r${++state.rotations}`;
      state.attempt = attemptId;
    } else if (refreshToken !== state.previous || attemptId !== state.attempt) {
      state.ended = true;
      return problem(401, "refresh_reused");
    }
    if (lose && state.requests % lose === 0) return new TypeError("the answer was lost");
    return ok({ user: user(), accessToken: token(state.requests), refreshToken: state.current });
  };
  return { server, state };
}

function tab(server: FakeServer, shared: { session: Session | null }, origin = String(Math.random())) {
  const store = { shared: true, load: async () => shared.session, save: async (next: Session | null) => void (shared.session = next) };
  const rest = createRest({ baseUrl: "http://x", fetch: server.fetch, access: async () => "" });
  return createTokens({ origin, store, random: platformRandom, rest: () => rest });
}

const session = (): Session => ({ refreshToken: "r0", attemptId: "a".repeat(32), user: user() });

test("one refresh at a time", async () => {
  const { server, state } = rotating();
  const tokens = tab(server, { session: session() });
  const found = await Promise.all([tokens.access(), tokens.access(), tokens.access()]);
  expect(new Set(found).size).toBe(1);
  expect(state.requests).toBe(1);
});

test("a refresh whose answer was lost is repeated with the same attempt", async () => {
  const { server, state } = rotating();
  const shared = { session: session() };
  const tokens = tab(server, shared);
  const first = server.routes["POST /api/auth/refresh"]!;
  let lost = false;
  server.routes["POST /api/auth/refresh"] = async (sent) => {
    const reply = await first(sent);
    if (lost) return reply;
    lost = true;
    return new TypeError("lost");
  };
  await tokens.access();
  expect(state).toMatchObject({ rotations: 1, requests: 2, ended: false });
  expect(shared.session!.refreshToken).toBe("r1");
});

test.each(["with locks", "without locks"])("two tabs, 200 expiries, lost answers, %s: no tab is logged out", async (mode) => {
  const { server, state } = rotating(10);
  const shared = { session: session() };
  const origin = `two-${mode}`;
  if (mode === "without locks") vi.stubGlobal("navigator", {});
  const tabs = [tab(server, shared, origin), tab(server, shared, origin)];
  const held: (string | undefined)[] = [undefined, undefined];
  for (let n = 0; n < 200; n++)
    await Promise.all(tabs.map(async (one, i) => void (held[i] = await one.access(one.token()))));
  vi.unstubAllGlobals();
  expect(state.ended).toBe(false);
  expect(shared.session).not.toBeNull();
  tabs.forEach((one) => one.close());
});

test("a session that has ended signs out, once", async () => {
  const { server, state } = rotating();
  state.ended = true;
  const shared = { session: session() as Session | null };
  const tokens = tab(server, shared);
  const seen: unknown[] = [];
  await tokens.restore();
  tokens.subscribe((next) => seen.push(next));
  await expect(tokens.access()).rejects.toMatchObject({ code: "signed_out" });
  expect(shared.session).toBeNull();
  expect(seen).toEqual([null]);
});

test("without network the session is kept", async () => {
  const { server } = rotating();
  server.routes["POST /api/auth/refresh"] = () => new TypeError("offline");
  const shared = { session: session() };
  await expect(tab(server, shared).access()).rejects.toMatchObject({ code: "network" });
  expect(shared.session.refreshToken).toBe("r0");
});

test("a token that ends within a minute is not used", async () => {
  const { server, state } = rotating();
  const tokens = tab(server, { session: session() });
  await tokens.begin({ user: user(), accessToken: token("old", 130), refreshToken: "r0" });
  await tokens.access();
  expect(state.requests).toBe(0);
  vi.useFakeTimers({ now: Date.now() + 75_000, toFake: ["Date"] });
  await tokens.access();
  vi.useRealTimers();
  expect(state.requests).toBe(1);
});

test("the stored session has no access token", async () => {
  const { server } = rotating();
  const shared = { session: null as Session | null };
  const tokens = tab(server, shared);
  await tokens.begin({ user: user(), accessToken: token("secret"), refreshToken: "r0" });
  expect(JSON.stringify(shared.session)).not.toContain(token("secret"));
  expect(shared.session!.attemptId).toHaveLength(32);
});

test("clients with storages of their own know nothing of each other's sessions", async () => {
  const { server } = rotating();
  const rest = createRest({ baseUrl: "http://x", fetch: server.fetch, access: async () => "" });
  const own = () => createTokens({ origin: "o", store: { load: () => null, save: () => undefined }, random: platformRandom, rest: () => rest });
  const [first, second] = [own(), own()];
  await first.begin({ user: user("u1"), accessToken: token(1), refreshToken: "r" });
  await new Promise((done) => setTimeout(done, 50));
  expect(second.user()).toBeNull();
});

test("tabs follow each other's login and logout", async () => {
  const { server } = rotating();
  const shared = { session: null as Session | null };
  const [first, second] = [tab(server, shared, "both"), tab(server, shared, "both")];
  await first.begin({ user: user("u1"), accessToken: token(1), refreshToken: "r0" });
  await vi.waitFor(() => expect(second.user()?.id).toBe("u1"));
  await second.begin(null);
  await vi.waitFor(() => expect(first.user()).toBeNull());
  [first, second].forEach((one) => one.close());
});
