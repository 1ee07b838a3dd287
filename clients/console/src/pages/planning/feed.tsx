// The feed of one's bookings for calendar programs: a secret address, shown once.
import { useState, type ReactNode } from "react";
import { bookings as part } from "../../app/parts.js";
import { Link } from "../../app/router.js";
import { useText } from "../../app/text.js";
import { ActionButton } from "../../ui/action.js";
import { Card } from "../../ui/card.js";
import { usePlanningText } from "./text.js";

export function FeedPage(): ReactNode {
  const { t } = useText();
  const p = usePlanningText();
  const client = part.views!.useBookingsClient(); // its script has loaded before this one
  const [address, setAddress] = useState<string | null>(null);
  const end = async () => {
    await client.endFeed();
    setAddress(null);
  };
  return (
    <Card title={p("feed")} tools={<Link to="/bookings">{t("nav.bookings")}</Link>}>
      <p>{p("feed.text")}</p>
      {address && (
        <div className="preview" role="status">
          <strong>{p("feed.once")}</strong>
          <p className="mono breaks">{address}</p>
          {navigator.clipboard && <ActionButton action={() => navigator.clipboard.writeText(address)} done={p("feed.copied")}>{p("feed.copy")}</ActionButton>}
        </div>
      )}
      <p className="muted small">{p("feed.secret")}</p>
      <div className="actions">
        <ActionButton kind="primary" action={async () => setAddress(await client.createFeed())}>{p("feed.create")}</ActionButton>
        <ActionButton kind="danger" action={end} done={p("feed.ended")}>{p("feed.end")}</ActionButton>
      </div>
    </Card>
  );
}
