// A page for a partner: log in, see new orders at once, accept or reject them.
import { createMetaia, isConflict } from "@metaia/client";
import { MetaiaBoundary, MetaiaProvider, useConnection, useOrderStore, useRealTimeOrders, useUnread, useUser } from "@metaia/client/react";
import { useState, type FormEvent } from "react";
import { createRoot } from "react-dom/client";

const metaia = createMetaia({ baseUrl: "" }); // the page's own server

function Login() {
  const [error, setError] = useState("");
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    const login = { email: String(given.get("email")), password: String(given.get("password")) };
    await metaia.auth.login(login).catch((failure: Error) => setError(failure.message));
  };
  return (
    <form onSubmit={submit}>
      <label>E-mail <input name="email" type="email" autoComplete="username" /></label>
      <label>Password <input name="password" type="password" autoComplete="current-password" /></label>
      <button>Log in</button>
      {error && <p role="alert">{error}</p>}
    </form>
  );
}

function Orders() {
  const [toast, setToast] = useState("");
  const { orders, isConnected } = useRealTimeOrders({ onToast: ({ title, message }) => setToast(`${title ?? ""} ${message}`) });
  const { acceptOrder, rejectOrder } = useOrderStore();
  const { state } = useConnection();
  const unread = useUnread();
  const explain = (error: unknown) => setToast(isConflict(error) ? `It is ${error.details.order.status} now` : String(error));
  return (
    <main>
      <p role="status">{isConnected ? "live" : state} · {unread} unread</p>
      {toast && <p role="alert">{toast}</p>}
      <ul>
        {orders.map((order) => (
          <li key={order.id}>
            {order.orderNumber}: {order.status}
            {order.allowedActions.includes("accept") && <button onClick={() => acceptOrder(order.id, 20).catch(explain)}>Accept, 20 minutes</button>}
            {order.allowedActions.includes("reject") && <button onClick={() => rejectOrder(order.id, "too_busy").catch(explain)}>Reject</button>}
          </li>
        ))}
      </ul>
    </main>
  );
}

const App = () => (useUser() ? <Orders /> : <Login />);

void metaia.auth.restore().then(() =>
  createRoot(document.getElementById("root")!).render(
    <MetaiaBoundary fallback={<p>Something broke. Reload the page.</p>}>
      <MetaiaProvider client={metaia}>
        <App />
      </MetaiaProvider>
    </MetaiaBoundary>,
  ),
);
