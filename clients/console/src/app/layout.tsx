// The frame of a person's pages: navigation, connection, bell, language, theme, log out.
import { useConnection, useMetaia, useUnread, useUser, MetaiaProvider } from "@metaia/client/react";
import { useEffect, useRef, useState, type ReactNode } from "react";
import { Avatar } from "../ui/avatar.js";
import { Button } from "../ui/button.js";
import { ConnectionDot } from "../ui/dot.js";
import { Icon } from "../ui/icon.js";
import { SettingsMenu } from "../ui/menu.js";
import { Skeleton } from "../ui/skeleton.js";
import { ToastProvider, useAttempt } from "../ui/toast.js";
import { pagesOf, type Page } from "./pages.js";
import { Loaded, useBehind } from "./part.js";
import { announcements, chat, files, finder } from "./parts.js";
import { Link, match, useRouter } from "./router.js";
import { logOut, slotOf, userOf } from "./slots.js";
import { useText } from "./text.js";

/** All pages of the person in a slot; `compact` for a pane of the theatre. */
export function Workspace({ slot, compact = false, onLoggedOut }: {
  slot: number;
  compact?: boolean;
  onLoggedOut: () => void;
}): ReactNode {
  const [ready, setReady] = useState(false);
  useEffect(() => {
    let current = true;
    userOf(slot).then((user) => current && (user ? setReady(true) : onLoggedOut()), () => current && setReady(true));
    return () => void (current = false);
  }, [slot]);
  if (!ready) return <Skeleton lines={6} />;
  return (
    <MetaiaProvider client={slotOf(slot).client}>
      <ToastProvider>
        <Frame slot={slot} compact={compact} onLoggedOut={onLoggedOut} />
      </ToastProvider>
    </MetaiaProvider>
  );
}

function Frame({ slot, compact, onLoggedOut }: { slot: number; compact: boolean; onLoggedOut: () => void }): ReactNode {
  const user = useUser();
  const { state } = useConnection();
  const { path } = useRouter();
  const { t } = useText();
  useEffect(() => {
    if (state === "signed_out") onLoggedOut();
  }, [state]);
  if (!user) return <Skeleton lines={6} />;
  const pages = pagesOf(user.role);
  const found = pages.map((page) => ({ page, values: match(page.path, path) })).find((one) => one.values);
  const nav = pages.filter((page) => page.title);
  const section = nav.find((page) => page === found?.page) ?? nav.find((page) => page.path !== "/" && path.startsWith(`${page.path}/`));
  return (
    <div className={compact ? "frame compact" : "frame"}>
      {!compact && <a className="skip" href="#main">{t("skip")}</a>}
      <header className="top">
        <div className="who">
          <Avatar name={user.name} src={user.avatar} />
          <div className="who-text">
            <strong>{user.name}</strong>
            <small>{t(`role.${user.role}` as never)}</small>
          </div>
        </div>
        <Tabs pages={nav} section={section} counts={!compact} />
        <div className="tools">
          <Finder />
          <ConnectionDot />
          <Bell />
          {!compact && <Settings slot={slot} onLoggedOut={onLoggedOut} />}
        </div>
      </header>
      <LiveBanner />
      <main id={compact ? undefined : "main"} tabIndex={-1}>
        {found ? found.page.view(found.values!) : <p className="muted">{t("page.unknown")}</p>}
      </main>
    </div>
  );
}

function Tabs({ pages, section, counts }: { pages: Page[]; section: Page | undefined; counts: boolean }): ReactNode {
  const { t } = useText();
  const tabs = useRef<HTMLElement>(null);
  useEffect(() => {
    const current = tabs.current!.querySelector<HTMLElement>("[aria-current]");
    if (current) tabs.current!.scrollLeft = current.offsetLeft - tabs.current!.offsetLeft - (tabs.current!.clientWidth - current.offsetWidth) / 2;
  }, [section]);
  return (
    <nav ref={tabs} className="tabs" aria-label={t("nav")}>
      {pages.map((page) => (
        <Link key={page.path} to={page.path} current={page === section} className="tab">
          <Icon name={page.icon ?? "list"} /> <span>{t(page.title!)}</span> {counts && page.unread && <Unread />}
        </Link>
      ))}
    </nav>
  );
}

/** How many conversations are unread. The chat loads behind the first page, once that is live. */
function Unread(): ReactNode {
  const { state } = useConnection();
  const views = useBehind(chat, state === "live");
  return views ? <views.UnreadCount /> : null;
}

/** The live announcements. They load behind the first page, once that is live. */
function LiveBanner(): ReactNode {
  const { state } = useConnection();
  const views = useBehind(announcements, state === "live");
  return views ? <views.Banner /> : null;
}

/** The search across all types: a button, and Ctrl+K. Its script loads when it is opened first. */
function Finder(): ReactNode {
  const { t } = useText();
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      setOpen(true);
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  }, []);
  return (
    <>
      <Button kind="quiet" aria-label={t("search.all")} title="Ctrl+K" onClick={() => setOpen(true)}><Icon name="search" /></Button>
      {open && <Loaded part={finder} lines={0} show={({ FinderDialog }) => <FinderDialog onClose={() => setOpen(false)} />} />}
    </>
  );
}

function Bell(): ReactNode {
  const unread = useUnread();
  const { t } = useText();
  return (
    <Link to="/notifications" className="bell">
      <Icon name="bell" />
      <span className="visually-hidden">{t("bell", { count: unread })}</span>
      {unread > 0 && <span className="count" aria-hidden="true">{unread > 99 ? "99+" : unread}</span>}
    </Link>
  );
}

function Settings({ slot, onLoggedOut }: { slot: number; onLoggedOut: () => void }): ReactNode {
  const { t } = useText();
  const client = useMetaia();
  const attempt = useAttempt();
  const [asked, setAsked] = useState(false);
  const leave = async () => (await attempt(() => logOut(slot))) && onLoggedOut();
  return (
    <SettingsMenu>
      <Button kind="quiet" onClick={() => setAsked(true)}>{t("avatar")}</Button>
      {asked && <Loaded part={files} show={({ AvatarDialog }) => <AvatarDialog onClose={() => setAsked(false)} />} />}
      <Button kind="quiet" onClick={() => void client.connection.retryNow()}>{t("reconnect")}</Button>
      <Button kind="quiet" onClick={() => void leave()}>{t("log_out")}</Button>
    </SettingsMenu>
  );
}
