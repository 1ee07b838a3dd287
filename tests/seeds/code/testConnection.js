// From the "Real-Time Order Integration Guide" of Timing, section "Testing the Integration", word for word.
// Test WebSocket connection
const testConnection = () => {
  const client = new TimingOrderClient('ws://localhost:8000', 'your-jwt-token');
  
  client.onNewOrder = (order) => {
    console.log('✅ New order received:', order);
  };
  
  client.onOrderStatusUpdate = (order, status) => {
    console.log('✅ Order status updated:', order.id, status);
  };
  
  client.connect();
  
  // Test after 5 seconds
  setTimeout(() => {
    console.log('Connection status:', client.socket.readyState);
  }, 5000);
};
