// A screen of a React Native app: the partner's orders, live, also after the app was in the background.
import AsyncStorage from "@react-native-async-storage/async-storage";
import NetInfo from "@react-native-community/netinfo";
import { createMetaia } from "@metaia/client";
import { nativeParts } from "@metaia/client/native";
import { MetaiaProvider, useConnection, useOrderStore, useRealTimeOrders } from "@metaia/client/react";
import * as Crypto from "expo-crypto";
import * as SecureStore from "expo-secure-store";
import { Alert, AppState, Button, FlatList, Text, View } from "react-native";

export const metaia = createMetaia({
  baseUrl: "https://api.example.com",
  ...nativeParts({ AppState, NetInfo, AsyncStorage, SecureStore, Crypto }),
});

function Orders() {
  const { orders } = useRealTimeOrders({ onToast: ({ title, message }) => Alert.alert(title ?? "Orders", message) });
  const { acceptOrder } = useOrderStore();
  const { isConnected, state } = useConnection();
  return (
    <View>
      <Text accessibilityRole="header">{isConnected ? "🟢 live" : `🔴 ${state}`}</Text>
      <FlatList
        data={orders}
        keyExtractor={(order) => order.id}
        renderItem={({ item }) => (
          <View>
            <Text>{`${item.orderNumber}: ${item.status}`}</Text>
            {item.allowedActions.includes("accept") && (
              <Button title="Accept, 20 minutes" onPress={() => void acceptOrder(item.id, 20).catch(() => undefined)} />
            )}
          </View>
        )}
      />
    </View>
  );
}

export function OrdersScreen() {
  return (
    <MetaiaProvider client={metaia}>
      <Orders />
    </MetaiaProvider>
  );
}
