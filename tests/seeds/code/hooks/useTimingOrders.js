// From the "Real-Time Order Integration Guide" of Timing, section "React Hook Implementation", word for word.
import { useState, useEffect, useRef } from 'react';

export const useTimingOrders = (token) => {
  const [orders, setOrders] = useState([]);
  const [connectionStatus, setConnectionStatus] = useState('disconnected');
  const [newOrderNotification, setNewOrderNotification] = useState(null);
  const socketRef = useRef(null);

  useEffect(() => {
    if (!token) return;

    const connectWebSocket = () => {
      const ws = new WebSocket(`ws://localhost:8000/admin?token=${token}`);
      socketRef.current = ws;

      ws.onopen = () => {
        setConnectionStatus('connected');
        console.log('Connected to Timing API');
      };

      ws.onmessage = (event) => {
        const data = JSON.parse(event.data);
        
        switch (data.type) {
          case 'newOrder':
            setOrders(prev => [data.order, ...prev]);
            setNewOrderNotification(data.order);
            // Clear notification after 5 seconds
            setTimeout(() => setNewOrderNotification(null), 5000);
            break;
            
          case 'orderStatusUpdate':
            setOrders(prev => 
              prev.map(order => 
                order.id === data.order.id 
                  ? { ...order, status: data.status, updated_at: new Date().toISOString() }
                  : order
              )
            );
            break;
        }
      };

      ws.onclose = () => {
        setConnectionStatus('disconnected');
        // Reconnect after 3 seconds
        setTimeout(connectWebSocket, 3000);
      };

      ws.onerror = (error) => {
        console.error('WebSocket error:', error);
        setConnectionStatus('error');
      };
    };

    connectWebSocket();

    return () => {
      if (socketRef.current) {
        socketRef.current.close();
      }
    };
  }, [token]);

  const updateOrderStatus = async (orderId, status) => {
    try {
      const response = await fetch(`/api/admin/orders/${orderId}/status`, {
        method: 'PUT',
        headers: {
          'Content-Type': 'application/json',
          'Authorization': `Bearer ${token}`
        },
        body: JSON.stringify({ status })
      });
      
      if (!response.ok) {
        throw new Error('Failed to update order status');
      }
      
      // WebSocket will handle the real-time update
      return await response.json();
    } catch (error) {
      console.error('Error updating order status:', error);
      throw error;
    }
  };

  return {
    orders,
    connectionStatus,
    newOrderNotification,
    updateOrderStatus
  };
};
