// Opens rq-dashboard: the server continues the session of this slot there, without another login.
import { useMetaia } from "@metaia/client/react";
import { useEffect, useState, type ReactNode } from "react";
import { Link } from "../../app/router.js";
import { call } from "../../app/slots.js";
import { useText } from "../../app/text.js";
import { Empty } from "../../ui/card.js";
import { Skeleton } from "../../ui/skeleton.js";
import { useAttempt } from "../../ui/toast.js";
import { numberOf } from "./slot.js";

export function Dashboard(): ReactNode {
  const client = useMetaia();
  const { t } = useText();
  const attempt = useAttempt();
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    void attempt(async () => location.replace((await call<{ address: string }>("POST", `${numberOf(client)}/dashboard`)).address)).then((went) => went || setFailed(true));
  }, [client]);
  return failed ? <Empty title={t("list.failed")}><Link to="/queues">{t("nav.queues")}</Link></Empty> : <Skeleton lines={6} />;
}
