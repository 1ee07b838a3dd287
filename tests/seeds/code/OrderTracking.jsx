// From the "Real-Time Order Integration Guide" of Timing, section "Customer Order Tracking", word for word.
const OrderTracking = ({ orderId }) => {
  const [order, setOrder] = useState(null);
  const [loading, setLoading] = useState(true);

  useEffect(() => {
    const fetchOrder = async () => {
      try {
        const response = await fetch(`/api/orders/${orderId}/status`);
        const data = await response.json();
        setOrder(data.data);
      } catch (error) {
        console.error('Error fetching order:', error);
      } finally {
        setLoading(false);
      }
    };

    fetchOrder();
    
    // Poll for updates every 30 seconds
    const interval = setInterval(fetchOrder, 30000);
    
    return () => clearInterval(interval);
  }, [orderId]);

  if (loading) return <div>Loading order details...</div>;
  if (!order) return <div>Order not found</div>;

  const statusSteps = [
    { key: 'pending', label: 'Order Received', icon: '📝' },
    { key: 'preparing', label: 'Preparing', icon: '👨‍🍳' },
    { key: 'ready', label: 'Ready for Pickup', icon: '✅' },
    { key: 'completed', label: 'Completed', icon: '🎉' }
  ];

  const currentStepIndex = statusSteps.findIndex(step => step.key === order.status);

  return (
    <div className="max-w-md mx-auto p-6">
      <h2 className="text-2xl font-bold mb-6 text-center">Order #{order.id}</h2>
      
      <div className="mb-6">
        <h3 className="font-semibold mb-2">Customer</h3>
        <p>{order.customer_info.name}</p>
      </div>

      <div className="mb-6">
        <h3 className="font-semibold mb-2">Status Progress</h3>
        <div className="space-y-4">
          {statusSteps.map((step, index) => (
            <div key={step.key} className="flex items-center">
              <div className={`w-8 h-8 rounded-full flex items-center justify-center text-sm ${
                index <= currentStepIndex 
                  ? 'bg-green-500 text-white' 
                  : 'bg-gray-200 text-gray-600'
              }`}>
                {index <= currentStepIndex ? '✓' : step.icon}
              </div>
              <div className="ml-3">
                <p className={`font-medium ${
                  index <= currentStepIndex ? 'text-green-700' : 'text-gray-500'
                }`}>
                  {step.label}
                </p>
              </div>
            </div>
          ))}
        </div>
      </div>

      <div>
        <h3 className="font-semibold mb-2">Items</h3>
        <div className="space-y-2">
          {order.items.map(item => (
            <div key={item.id} className="flex justify-between">
              <span>{item.quantity}x {item.menu_name}</span>
              <span>฿{(item.price * item.quantity).toFixed(2)}</span>
            </div>
          ))}
        </div>
        <div className="border-t pt-2 mt-2">
          <div className="flex justify-between font-bold">
            <span>Total</span>
            <span>฿{order.total}</span>
          </div>
        </div>
      </div>
    </div>
  );
};
