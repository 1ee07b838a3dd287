// The profile picture.
import type { Media } from "@metaia/client/media";
import { useMetaia, useUser } from "@metaia/client/react";
import { useId, useState, type ReactNode } from "react";
import { useText } from "../../app/text.js";
import { Avatar } from "../../ui/avatar.js";
import { Button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { useToast } from "../../ui/toast.js";
import { useFileText } from "./text.js";
import { Uploading, wanted, type Wanted } from "./uploading.js";

export function AvatarDialog({ onClose }: { onClose: () => void }): ReactNode {
  const { rest, auth } = useMetaia();
  const user = useUser();
  const { t } = useText();
  const { f, problem } = useFileText();
  const show = useToast();
  const input = useId();
  const [upload, setUpload] = useState<Wanted | null>(null);
  const choose = async (media: Media | null) => {
    setUpload(null);
    try {
      await rest.send("patch", "/api/auth/me", { body: { avatarMediaId: media?.id ?? null } });
      await auth.refresh(); // the user of the session, with the new address
      show(t("done"));
    } catch (error) {
      show(problem(error), "error");
    }
  };
  if (!user) return null;
  return (
    <Dialog
      title={f("avatar")}
      onClose={onClose}
      actions={<>{user.avatar && <Button kind="danger" onClick={() => void choose(null)}>{f("avatar.remove")}</Button>}<Button kind="primary" onClick={onClose}>{t("close")}</Button></>}
    >
      <p><Avatar name={user.name} src={user.avatar} size="large" /></p>
      <p className="muted">{f("avatar.text")}</p>
      {upload ? (
        <ul className="uploads"><Uploading key={upload.key} given={upload} onDone={(media) => void choose(media)} onClose={() => setUpload(null)} /></ul>
      ) : (
        <span className="pick">
          <input
            id={input}
            type="file"
            accept="image/jpeg,image/png,image/webp"
            className="visually-hidden"
            onChange={(event) => {
              const [file] = event.currentTarget.files ?? [];
              if (file) setUpload(wanted([file], "profile")[0]!);
            }}
          />
          <label className="button" htmlFor={input}>{f("picture.add")}</label>
        </span>
      )}
    </Dialog>
  );
}
