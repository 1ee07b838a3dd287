// node plain.mjs MODULES URL TOKEN WSURL ADMIN_TOKEN: the same network for two other clients, for comparison:
// socket.io-client as its documentation shows it, and the hook of Timing's guide as it is written there.
import { createRequire } from "node:module";

const [modules, url, token, wsUrl, adminToken] = process.argv.slice(2);
const { io } = createRequire(`${modules}/`)("socket.io-client");
const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

const socket = io(url, { auth: { token } });
socket.on("connect", () => say({ client: "socketio", state: "live", at: Date.now() }));
socket.on("disconnect", () => say({ client: "socketio", state: "waiting", at: Date.now() }));
socket.on("order_update", (data) => say({ client: "socketio", name: "order_update", data: { eventId: data.eventId } }));
socket.on("new_notification", (data) => say({ client: "socketio", name: "new_notification", data: { eventId: data.eventId } }));

// Just enough of React for one component with one effect.
const cells = [];
let at = 0;
const useState = (first) => {
  const n = at++;
  cells[n] ??= { value: first };
  return [cells[n].value, (next) => void (cells[n].value = typeof next === "function" ? next(cells[n].value) : next)];
};
const useRef = (first) => (cells[at] ??= { current: first }, cells[at++]);
const useEffect = (run) => (cells[at] ??= { stop: run() }, at++);
const console = { log() {}, error() {} };

const useTimingOrders = (token) => {
  const [orders, setOrders] = useState([]);
  const [connectionStatus, setConnectionStatus] = useState('disconnected');
  const [newOrderNotification, setNewOrderNotification] = useState(null);
  const socketRef = useRef(null);

  useEffect(() => {
    if (!token) return;

    const connectWebSocket = () => {
      const ws = new WebSocket(`${wsUrl}/admin?token=${token}`);
      socketRef.current = ws;

      ws.onopen = () => {
        setConnectionStatus('connected');
        console.log('Connected to Timing API');
      };

      ws.onmessage = (event) => {
        const data = JSON.parse(event.data);
        
        switch (data.type) {
          case 'newOrder':
            setOrders(prev => [data.order, ...prev]);
            setNewOrderNotification(data.order);
            // Clear notification after 5 seconds
            setTimeout(() => setNewOrderNotification(null), 5000);
            break;
            
          case 'orderStatusUpdate':
            setOrders(prev => 
              prev.map(order => 
                order.id === data.order.id 
                  ? { ...order, status: data.status, updated_at: new Date().toISOString() }
                  : order
              )
            );
            break;
        }
      };

      ws.onclose = () => {
        setConnectionStatus('disconnected');
        // Reconnect after 3 seconds
        setTimeout(connectWebSocket, 3000);
      };

      ws.onerror = (error) => {
        console.error('WebSocket error:', error);
        setConnectionStatus('error');
      };
    };

    connectWebSocket();
  }, [token]);

  return { orders, connectionStatus, newOrderNotification };
};

const rendered = () => ((at = 0), useTimingOrders(adminToken));
rendered();
process.stdin.on("data", () => say({ client: "hook", orders: rendered().orders.map(({ id, status }) => [id, status]) }));
