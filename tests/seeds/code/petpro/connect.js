// Connect with authentication
socketService.connect(jwtToken);
