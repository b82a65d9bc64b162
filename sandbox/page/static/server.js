// Talking to the sandbox: requests go there as JSON, news comes back as events.

import { toast } from "./notices.js";

/** Ask for something. Returns the answer, or null after saying on the page why it cannot be. */
export async function ask(what, fields) {
  try {
    const response = await fetch(`/sandbox/${what}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(fields),
    });
    const answer = await response.json().catch(() => ({}));
    if (response.ok) return answer;
    toast(answer.error ?? "That did not work.");
  } catch {
    toast("The sandbox does not answer. Is it still running?");
  }
  return null;
}

export async function commandsOf(chat) {
  const response = await fetch(`/sandbox/commands?chat=${chat}`);
  return response.ok ? response.json() : [];
}

/** Listen for news for as long as the page is open; the browser reconnects by itself. */
export function listen(onNews, onSilence) {
  const source = new EventSource("/sandbox/events");
  source.addEventListener("message", (message) => onNews(JSON.parse(message.data)));
  source.addEventListener("error", onSilence);
}
