const { subscribeToBookingUpdates, isConnected } = useSocket();

useEffect(() => {
  if (booking?.id && isConnected) {
    const unsubscribe = subscribeToBookingUpdates(booking.id, (data) => {
      // Update booking UI with new status
    });
    return () => unsubscribe();
  }
}, [booking?.id, isConnected]);
