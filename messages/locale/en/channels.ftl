# Channels, as those who look after them see them in private. Telegram HTML, but for the labels of buttons and toasts.

channels-heading = 📣 <b>Your channels</b>
channels-none = 📣 You haven’t added a channel yet.
channels-add =
    To add one, pick it with the button below: I’ll be let <b>post messages</b> there, and nothing more. Or make me an admin of it yourself, and send me /channel with its @name or forward one of its posts to me.

channel-title = 📣 <b>{ $title }</b>
channel-paused = ⏸ I’m not posting there at the moment. What happens meanwhile waits for 7 days.
channel-follows = { $count ->
    [0] It follows no petitions yet.
    [one] It follows one petition.
   *[other] It follows { $count } petitions.
}
channel-posts-full = Its posts say everything.
channel-posts-short = Its posts say what happened, and no more.
channel-signed = Below each: { $signature }
signature-usage = A signature stands below each post of a channel. Reply to your channel’s page with /signature and the words, or post that in the channel: /signature Friends of the Pier
signature-set = From now on this stands below each post: { $signature }
signature-gone = From now on nothing stands below the posts.
channel-answer =
    <b>Reply to this message</b> with petitions’ numbers or links, and the channel follows them. You can also reply /list, /unfollow or /watch 10000. Or post the same commands in the channel.
channel-test-post = ✅ This is a test: petition alerts will be posted here.
channel-joined-silent = ⚠️ I may not post in “{ $title }”, so I can’t tell anything there. Please give me the admin right to post messages.
channel-unlinked = You no longer look after that channel. It keeps what it follows; to stop that, post /unfollow there.

channel-usage = Which channel? Send /channel with its @name, such as /channel @ournews, or forward one of its posts to me.
channel-refused-unknown = I can’t see that channel. Please make me an admin of it first, with the right to post messages, and check its name.
channel-refused-not-yours = You may not post in that channel, so you can’t have me post there. Its owner can give you that right.
channel-refused-silent = I may not post in that channel. Please give me the admin right to post messages, and try again.
channel-refused-not-asked = Telegram didn’t tell me who may post in that channel. Please try again in a minute.
channel-refused-not-served = This is a private copy of the bot and doesn’t serve that channel.
channel-commands-in-private = Channels are looked after in a private chat with me: write to me there.

button-pick-channel = 📣 Add a channel
button-test-post = ✅ Test post
button-pause = ⏸ Pause
button-resume = ▶️ Go on posting
button-short-posts = ✂️ Short posts
button-full-posts = 📜 Full posts
button-unlink = ✖️ Remove from my list
button-channels = 📣 My channels
toast-test-posted = Posted
toast-test-not-posted = I couldn’t post there. Please check that I am an admin with the right to post messages.
toast-short-posts = Posts say what happened, and no more
toast-full-posts = Posts say everything
toast-paused = Paused
toast-resumed = Posting again
