// Four people side by side, each with a connection of their own, and a story that they play.
import { useStore } from "@metaia/client/react";
import { useEffect, useMemo, useState, type ReactNode } from "react";
import type { Config } from "../../app/config.js";
import { slotOf, userOf } from "../../app/slots.js";
import { useText } from "../../app/text.js";
import { Strip } from "../map/strip.js";
import { Drawer } from "./drawer.js";
import { Messages } from "./messages.js";
import { Pane } from "./pane.js";
import { CAST, stepsOf, Story, type Cast, type Role, type StoryState } from "./story.js";
import { Toolbar } from "./toolbar.js";

const FOLLOW: readonly Role[] = ["customer", "admin"]; // they open the order; the others see it on their boards

export function Theatre({ config }: { config: Config }): ReactNode {
  const { t } = useText();
  const { people, password } = config.demo!;
  const slots = useMemo(() => slotsOf(people), [people]);
  const story = useMemo(() => new Story(castOf(slots), stepsOf(config.demo!.payments)), [slots]);
  const state = useStore(story.store);
  const [ready, setReady] = useState<readonly Role[]>([]);
  const complete = ready.length === CAST.length;
  useEffect(() => (complete ? story.watch() : undefined), [complete, story]);
  const acting = actingIn(story, state);
  return (
    <main className="theatre">
      <h1 className="visually-hidden">{t("theatre.title")}</h1>
      <Toolbar story={story} state={state} ready={complete} />
      {ready.includes("admin") ? <Strip client={slotOf(slots.admin).client} /> : <div className="strip" />}
      <div className="stage">
        <div className="panes">
          {CAST.map((role) => (
            <Pane
              key={role}
              slot={slots[role]}
              person={people[slots[role] - 1]!}
              password={password}
              acting={acting === role}
              path={FOLLOW.includes(role) && state.order ? `/orders/${state.order.id}` : null}
              screen={screenOf(state, role)}
              onReady={() => setReady((before) => [...before.filter((one) => one !== role), role])}
            />
          ))}
        </div>
        <Messages slots={slots} ready={complete} state={state} page={config.messages} />
      </div>
      <Drawer names={Object.fromEntries(CAST.map((role) => [slots[role], people[slots[role] - 1]!]))} password={password} />
    </main>
  );
}

function slotsOf(people: readonly { role: string }[]): Record<Role, number> {
  return Object.fromEntries(CAST.map((role) => [role, people.findIndex((one) => one.role === role) + 1])) as Record<Role, number>;
}

function castOf(slots: Record<Role, number>): Cast {
  const member = (role: Role) => ({
    get client() {
      return slotOf(slots[role]).client;
    },
    userId: async () => (slotOf(slots[role]).client.auth.user ?? (await userOf(slots[role])))!.id,
  });
  return Object.fromEntries(CAST.map((role) => [role, member(role)])) as Cast;
}

/** The person that acts, or acted last. */
function actingIn({ steps }: Story, { mode, busy, at }: StoryState): Role | null {
  if (mode === "idle" || mode === "done") return null;
  return steps[busy || at === 0 ? at : at - 1]?.role ?? null;
}

/** How long after the click this person's screen had the last step, in ms. */
function screenOf({ done, order, seen }: StoryState, role: Role): number | null {
  const last = done.at(-1);
  const at = last && order && seen[`${order.id}:${last.version}:${role}`];
  return at ? Math.max(0, at - last.began) : null;
}
