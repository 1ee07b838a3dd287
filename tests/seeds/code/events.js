// From the "Backend Real-Time Implementation Guide" of METAIA, section "Socket Events: Server → Client", word for word.
// New notification
socket.on('new_notification', (data) => {
  console.log('Notification:', data);
});

// Order update
socket.on('order_update', (data) => {
  console.log('Order updated:', data);
});

// Payment update
socket.on('payment_update', (data) => {
  console.log('Payment status:', data);
});

// Tailor status
socket.on('tailor_status_update', (data) => {
  console.log('Tailor status:', data);
});
