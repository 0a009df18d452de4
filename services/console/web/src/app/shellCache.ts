/** Keeps the app's shell on the device for a tab that is loaded anew without a line; see public/shell.js. Without a secure origin there is none. */
export async function keepShell() {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return
  await navigator.serviceWorker.register('/shell.js')
  const { active } = await navigator.serviceWorker.ready
  active?.postMessage(performance.getEntriesByType('resource').map((entry) => new URL(entry.name).pathname))
}
