// Subscribe to booking updates
const unsubscribe = socketService.subscribeToBookingUpdates(
  'booking-123',
  (data) => {
    console.log('Booking updated:', data);
    // Update UI
  }
);
