// Begins each page: what its code logs is kept in `logs`, and shown.
const logs = [];
const toConsole = console.log;
console.log = (...values) => {
  logs.push(structuredClone(values));
  toConsole(...values);
};
window.logs = logs;
