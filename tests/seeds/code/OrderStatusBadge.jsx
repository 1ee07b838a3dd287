// From the "Real-Time Order Integration Guide" of Timing, section "Order Status Badge Component", word for word.
const OrderStatusBadge = ({ status }) => {
  const statusConfig = {
    pending: { color: 'bg-yellow-100 text-yellow-800', text: 'Pending' },
    preparing: { color: 'bg-blue-100 text-blue-800', text: 'Preparing' },
    ready: { color: 'bg-green-100 text-green-800', text: 'Ready' },
    completed: { color: 'bg-gray-100 text-gray-800', text: 'Completed' },
    cancelled: { color: 'bg-red-100 text-red-800', text: 'Cancelled' }
  };

  const config = statusConfig[status] || statusConfig.pending;

  return (
    <span className={`px-2 py-1 rounded-full text-xs font-medium ${config.color}`}>
      {config.text}
    </span>
  );
};
