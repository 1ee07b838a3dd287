import type { ReactNode } from "react";
import { useText } from "../../app/text.js";
import { Avatar } from "../../ui/avatar.js";
import { Badge, StatusBadge } from "../../ui/badge.js";
import type { Partner } from "../common/people.js";

/** The partners with their presence, and the operator itself (null). A click on the one that is chosen already counts too: it fires no change. */
export function PartnerChoice({ partners, chosen, onChoose }: {
  partners: readonly Partner[];
  chosen: string | null;
  onChoose: (id: string | null) => void;
}): ReactNode {
  const { t } = useText();
  return (
    <fieldset className="partners">
      <legend className="visually-hidden">{t("place.from")}</legend>
      {partners.map(({ id, name, role, status, avatar }) => (
        <label key={id} className="partner">
          <input type="radio" name="partner" checked={chosen === id} onClick={() => onChoose(id)} />
          <Avatar name={name} src={avatar} />
          <span className="partner-text"><strong>{name}</strong><small>{t(`role.${role}` as never)}</small></span>
          {status === "offline" ? <Badge>{t("status.offline")}</Badge> : <StatusBadge status={status} />}
        </label>
      ))}
      <label className="partner">
        <input type="radio" name="partner" checked={chosen === null} onClick={() => onChoose(null)} />
        <Avatar name="Metaia" />
        <span className="partner-text"><strong>{t("place.operator")}</strong><small>{t("place.operator_meaning")}</small></span>
      </label>
    </fieldset>
  );
}
