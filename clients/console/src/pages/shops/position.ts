const PATIENCE = 10_000; // ms

/** Return where the device is, to about a metre. Rejects if the browser gives no position. */
export const located = (): Promise<{ lat: number; lng: number }> =>
  new Promise((resolve, reject) =>
    navigator.geolocation.getCurrentPosition(({ coords }) => resolve({ lat: Number(coords.latitude.toFixed(5)), lng: Number(coords.longitude.toFixed(5)) }), reject, { timeout: PATIENCE, maximumAge: 60_000 }));
