"""Staff's pages: queues and failed jobs, and what people were told and why. A browser enters them with a cookie."""
