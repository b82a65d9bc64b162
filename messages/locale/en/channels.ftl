# Channels and groups, as those who look after them see them in private. Telegram HTML, but for the labels of buttons and toasts.

channels-heading = 📣 <b>Your channels and groups</b>
channels-none = 📣 You look after no channel or group yet.
channels-add =
    To add one, pick it with the button below: I’ll be let <b>post messages</b> there, and nothing more. Or make me an admin of it yourself, and send me /channel with its @name or forward one of its posts to me.

    For a group, press “Set up in private” below my greeting there.

channel-title = 📣 <b>{ $title }</b>
group-title = 👥 <b>{ $title }</b>
channel-paused = ⏸ I’m not posting there at the moment. What happens meanwhile waits for 7 days.
channel-follows = { $count ->
    [0] It follows no petitions yet.
    [one] It follows one petition.
   *[other] It follows { $count } petitions.
}
channel-posts-full = Its posts say everything.
channel-posts-short = Its posts say what happened, and no more.
channel-asks-first = Each post is shown to you first, and waits up to 48 hours for your word.
channel-awaiting = { $count ->
    [one] ⏳ One post waits for your word.
   *[other] ⏳ { $count } posts wait for your word.
}
channel-question = <i>👆 Shall I post this in your channel? Without a word within 48 hours I won’t.</i>
channel-not-posted = { $count ->
    [one] ⏳ A post for your channel has waited for 48 hours and will not be posted.
   *[other] ⏳ { $count } posts for your channel have waited for 48 hours and will not be posted.
}
channel-signed = Below each: { $signature }
signature-usage = A signature stands below each post of a channel. Reply to your channel’s page with /signature and the words, or post that in the channel: /signature Friends of the Pier
signature-set = From now on this stands below each post: { $signature }
signature-gone = From now on nothing stands below the posts.
channel-answer =
    <b>Reply to this message</b> with petitions’ numbers or links, and the channel follows them. You can also reply /list, /unfollow or /watch 10000. Or post the same commands in the channel.
group-answer =
    <b>Reply to this message</b> with petitions’ numbers or links, and the group follows them and is told so. You can also reply /list, /unfollow 700143 or /watch 10000. In a group with topics that is for the general one; for another, send the commands there.
channel-test-post = ✅ This is a test: petition alerts will be posted here.
channel-joined-silent = ⚠️ I may not post in “{ $title }”, so I can’t tell anything there. Please give me the admin right to post messages.
channel-unlinked = That is off your list. It keeps what it follows; to stop that, send /unfollow there.

channel-usage = Which channel? Send /channel with its @name, such as /channel @ournews, or forward one of its posts to me.
channel-refused-unknown = I can’t see that channel, or you don’t look after it. Please make me an admin of it first, with the right to post messages, check its name, and send /channel with it.
channel-refused-not-yours = You may not post in that channel, or are no admin of that group, so you can’t have me post there. Its owner can change that.
channel-refused-silent = I may not post there. Please give me the right to post messages, and try again.
channel-refused-not-asked = Telegram didn’t tell me who may decide about that. Please try again in a minute.
channel-refused-not-served = This is a private copy of the bot and doesn’t serve that channel or group.
channel-commands-in-private = Channels are looked after in a private chat with me: write to me there.

button-pick-channel = 📣 Add a channel
button-test-post = ✅ Test post
button-pause = ⏸ Pause
button-resume = ▶️ Go on posting
button-short-posts = ✂️ Short posts
button-full-posts = 📜 Full posts
button-ask-first = 👀 Show me first
button-ask-no-more = 🚀 Post without asking
button-post = ✅ Post
button-post-not = ✖️ Don’t post
button-see-channel = 📣 See the channel
button-unlink = ✖️ Remove from my list
button-channels = 📣 My channels and groups
button-add-to-group = ➕ Add me to a group
button-set-up-group = ⚙️ Set up in private
button-channel-page = ◀️ Its page
toast-test-posted = Posted
toast-test-not-posted = I couldn’t post there. Please check that I am an admin with the right to post messages.
toast-asks-first = From now on I’ll show you each post first
toast-asks-no-more = From now on I’ll post without asking. What waits already still waits for your word.
button-post-posted = ✅ Posted
button-post-declined = ✖️ Not posted
button-post-expired = ⏳ Not posted
button-post-lost = ❓ Gone
toast-post-posted = Posted
toast-post-declined = It won’t be posted
toast-post-expired = That has waited for more than 48 hours, and won’t be posted
toast-post-lost = That post is not there any more
toast-short-posts = Posts say what happened, and no more
toast-full-posts = Posts say everything
toast-paused = Paused
toast-resumed = Posting again
