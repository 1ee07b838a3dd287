// Join a booking room
socketService.joinBookingRoom('booking-123');
