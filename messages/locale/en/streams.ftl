# Streams of a whole site. What names a stream, and labels of buttons, are plain text; the rest is Telegram HTML.

stream-response-threshold = { $response } signatures
stream-debate-threshold = { $debate } signatures
stream-response = Government responses
stream-debate-scheduled = Debates scheduled
stream-debated = Debates held
stream-published = New petitions

# What people may write after /watch, separated by commas.
stream-words-response-threshold = threshold
stream-words-debate-threshold = debate threshold
stream-words-response = response, responses, government responses
stream-words-debate-scheduled = scheduled, debates scheduled, debate dates
stream-words-debated = debate, debates, debated, held, debates held
stream-words-published = new, published, new petitions

streams-heading = 📡 <b>News of all petitions</b>
streams-choose = Choose what this chat should hear of, whichever petition it is about.
stream-heading = 📡 <b>{ $name }</b>, whichever petition
stream-on = ✅ This chat hears of it.
stream-all-subjects = About: everything
stream-some-subjects = About: { $subjects }
stream-cap = At most { $cap } a day; the rest comes in one message at { $hour }:00.
stream-preview = { $count ->
    [one] In the last 30 days, as far as I know, it would have sent one message:
   *[other] In the last 30 days, as far as I know, it would have sent { $count } messages. The last:
}
stream-preview-nothing = In the last 30 days, as far as I know, it would have sent nothing.
stream-subjects-choose = Choose topics and departments. You’ll hear of petitions that have at least one of them.
stream-subjects-none = I don’t know any topics or departments yet. Please look again in an hour.
stream-full = This chat has { $limit } of these, and that is the most it can have. Stop one of them to make room: /watch

list-streams = 📡 <b>From all petitions</b>
list-stream = • { $name }

checked = ✅ { $label }
button-subscribe = 🔔 Start
button-unsubscribe = ✖️ Stop
button-narrow = 🏷 Only some topics…
button-cap = 🔢 At most { $cap } a day
button-done = ◀️ Done
button-streams = 📡 News of all petitions…
stream-begun = 📡 From now on this chat hears of: { $name }
stream-ended = 📡 This chat hears no more of: { $name }
toast-subscribed = You’ll hear of it from now on
toast-unsubscribed = Stopped
toast-stream-full = That’s the most a chat can have: { $limit }. Stop one of them to make room.
toast-stream-changed = Changed
toast-stream-not-changed = That can’t be changed any more. /watch shows what there is.
