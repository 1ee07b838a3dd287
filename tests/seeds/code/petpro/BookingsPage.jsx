// When viewing a booking
const { subscribeToBookingUpdates } = useSocket();

useEffect(() => {
  if (selectedBooking?.id) {
    const unsubscribe = subscribeToBookingUpdates(
      selectedBooking.id, 
      (data) => {
        // Update booking status in UI
      }
    );
    return () => unsubscribe();
  }
}, [selectedBooking]);
