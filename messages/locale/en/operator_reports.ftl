# What the operator is told, in the chat of OPERATOR_CHAT_ID.

operator-rejected = ⚠️ Telegram refused message { $number } for good: { $reason }
operator-uncertain = ⚠️ Telegram never answered message { $number }; it may or may not have arrived: { $reason }
operator-set-aside = ⚠️ How sending message { $number } ended could not be stored, so it was set aside: { $reason }
operator-crashed = ⚠️ The loop “{ $loop }” has crashed and is being tried again. The log has the details.
operator-failed-to-render = ⚠️ An alert could not be said in full, so it was said in a few words or set aside. The log has the details.
operator-more = This has happened { $count } times since the last report of it.
