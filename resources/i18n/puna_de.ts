<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>AskDialog</name>
    <message>
        <source>Download a model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Download %1?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Download</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Looking how large it is…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Size</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Free on the disk</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Free</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>about %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not known</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>AskPresenter</name>
    <message>
        <source>The disk is too full: %1 more would have to be free.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The internet cannot be reached. The download will wait until it is back.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Calls</name>
    <message>
        <source>The model asks to use the tool “%1” with: %2</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ChatListModel</name>
    <message>
        <source>New chat</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1, pinned</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1, in the folder %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>Folder %1, open, %n chat(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Folder %1, closed, %n chat(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CodeFrame</name>
    <message>
        <source>Wrap long lines</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy the code</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Code: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copied</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Composer</name>
    <message>
        <source>Write a message</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Message</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>CutMark</name>
    <message numerus="yes">
        <source>%n message(s) above this line did not fit any more: the model does not know them.</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
</context>
<context>
    <name>DetailsDialog</name>
    <message>
        <source>Details of %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Figures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Template</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>System prompt</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Licence</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 tokens</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Size on the disk</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Parameters of the network</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Precision</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Family</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Longest conversation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Can do</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Same files as</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>File</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open the folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model has none.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>DownloadRow</name>
    <message>
        <source>Chat</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pause</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Resume</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sooner</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Later</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove from list</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not known yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Waiting for its turn</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Waiting, and goes on by itself. %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paused. %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It did not work.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ready to use</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Checking that everything arrived unharmed…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Almost done…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Asking where the files are…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>DownloadsTab</name>
    <message>
        <source>Downloads</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing is being downloaded</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Downloads go on when this window is closed, and after a restart. What has arrived is never lost.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Find a model</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Failure</name>
    <message>
        <source>Puna&apos;s server does not answer at the moment.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The internet cannot be reached. This computer may be offline.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hugging Face has been asked too often from here. Try again in a while.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no model of this name to download.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This model&apos;s owner lets only people with an account download it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hugging Face has no such model, or it is private.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This model is no longer there.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Figures</name>
    <message>
        <source>%1 %</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 s left</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 min left</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 h %2 min left</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1/s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>today</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>yesterday</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>FolderDialog</name>
    <message>
        <source>Folder of the models</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Puna&apos;s own folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Choose…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Use this folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Puna looks for models in this folder, and puts new ones there. A change holds from the next start of Puna on.

Models that are in the old folder now stay there, and Puna no longer shows them. To keep them, quit Puna and move what is in the old folder to the new one; then start Puna again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Where models are kept</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The folder was set for this start of Puna, so it cannot be moved here.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Footer</name>
    <message>
        <source>Show the version before this one</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show the next version</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy the message</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Answer once more</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Change and send again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete from here on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Speed of the answer</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>FoundPart</name>
    <message>
        <source>Other programs have models, too</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Puna can use them where they are: nothing is copied or changed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use all</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use all models of other programs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use %1 of %2</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>HelpWindow</name>
    <message>
        <source>Help for Puna</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pages of the help</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The page</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Help</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>InstalledCard</name>
    <message>
        <source>Chat</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Chat with %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>More</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>More about %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Free its memory</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Details…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Why will it not run?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>De&amp;lete</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cannot run</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>In memory, %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>last used: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>added: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>in %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the same files as %1, so no extra space</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>InstalledTab</name>
    <message>
        <source>Add a &amp;file…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>F&amp;older…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Folder of the models</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Models on this computer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There are no models yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Download one, or drop a model&apos;s file (.gguf) onto this window to copy it to Puna&apos;s models.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Find a model</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n model(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>The models cannot be shown</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Adding %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add models from files</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Models (*.gguf)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Looking what is there…</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Keys</name>
    <message>
        <source>Chat</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Models</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Status</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Connect programs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Help</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This list</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close this window</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quit Puna</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>MachineView</name>
    <message>
        <source>Memory</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Processor</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Graphics card</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 of %2 in use</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 of %2 in use, %3 of them by models</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The first figure comes in a second.</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n core(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>%1, %2 of it by models</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Memory of %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It does not answer any more.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This system does not tell Puna about its graphics cards.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>None was found. Models run on the processor.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It sleeps, to save power.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Its driver does not answer. Is it installed?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Its driver does not tell how busy it is.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No battery</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>On battery, %1 % left</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Plugged in, battery at %1 %</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The disk of the models cannot be read</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 free on the disk of the models</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>MenuText</name>
    <message>
        <source>%1 of memory in all</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the server does not answer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>loading %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>answering you</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>answering %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>answering another program</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>paused for other programs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>ready</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>ready, no model in memory</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open &amp;chat</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Models…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Status…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Connect &amp;programs…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>S&amp;ettings…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Quit Puna</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The server does not answer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Load a model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Get a model…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 – %2 in memory</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Unload, frees the memory</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Chat with it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 – download paused</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 – download waits</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 – download begins</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 – %2 % downloaded</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Pause for other programs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy &amp;address</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Message</name>
    <message>
        <source>Answer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>You: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Answer: %1</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ModelCard</name>
    <message>
        <source>Other sizes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Other sizes of %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1. Its publisher asks for an account there, so Puna cannot load it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Chat</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Installed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Chat with %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Waiting…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is being downloaded: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Download…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Download %1, %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Looking which sizes there are…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep in memory</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep %1 in memory</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It answers at once then, and its memory stays taken.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Unload</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Unload %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Frees its memory. It is loaded again when it is asked.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Model %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Context %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Workspace %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 of memory</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>context of %1 tokens</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>ready</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>loading</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>loading, %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>leaving</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>answering</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>last answer: %1</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Notice</name>
    <message>
        <source>Continue</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The answer reached its greatest length.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>You stopped this answer.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Puna ended in the middle of this answer.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No answer came.</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>The text was too long for this model: %n token(s) of it were left out.</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close this message</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Notices</name>
    <message>
        <source>Download finished</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is ready to chat.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 needs more memory than is free. It was not loaded, and %2 was told so. Close other programs, or choose a smaller size.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the program that asked</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Model too large</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 wants to use your models. Nothing was sent; click to decide.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A web page asks for permission</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It had been ended by another program. It answers at %1 now.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Puna has started its server again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>That did not work</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Offer</name>
    <message>
        <source>%1 downloads</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 parameters</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Published by %1 on Hugging Face</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>sees pictures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>hears sound</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>uses tools</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>thinks first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>writes code</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>completes code</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>for searching in texts</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Panel</name>
    <message>
        <source>Open &amp;chat</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Pause for other programs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This desktop has no place for Puna&apos;s icon, so Puna lives in this window. Closing it ends Puna; minimise it to keep Puna running.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Models</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Status</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Connect p&amp;rograms</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>S&amp;ettings</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Pictures</name>
    <message>
        <source>Attached: %1</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ReasonRow</name>
    <message>
        <source>The memory is full</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The computer moves data between memory and disk, %1 each second. This slows down everything.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Only %1 are left. Soon the computer has to use the disk instead.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The memory is almost full</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The context of %1 takes %2. A shorter context leaves more room, and is read faster.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The context is large</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 does not fit on the graphics card</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 of it is there; the slower processor does the rest.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 does not use the graphics card</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The processor does all the work, which is several times slower.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 runs on the processor</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no graphics card that Puna can use, and this model writes %1. A smaller model is faster.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>They take %1 of the processor. Close what you do not need.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Other programs are busy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Many computers are slower then. Plugged in, it is faster.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose another power mode in the system&apos;s settings for more speed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The computer saves power</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It runs on battery (%1)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It runs on battery</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is being loaded</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is being loaded, %2 done</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This happens once; then it stays in memory for a while.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 reads a long question first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It has %1 tokens, and %2 of them are read.</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n request(s) wait until one of those before them is answered.</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>%1 has more to do than it can</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n request(s) are answered at the same time, and share its speed.</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>%1 answers several at once</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pause other programs for an hour</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a smaller model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open the settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Unload %1</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Reasons</name>
    <message>
        <source>Nothing is being answered now. Look here while an answer is slow.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing unusual slows it down.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>RecommendedTab</name>
    <message>
        <source>All models</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>For chats</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>For pictures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>For programming</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>For searching in texts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What the model is for</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Only what &amp;runs on this computer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Recommended models</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Looking what there is…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A good choice for this computer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>More models</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Show</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing to show</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No model of this kind is known to run on this computer.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The list of models cannot be shown</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try again</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>RequestRow</name>
    <message>
        <source>An unknown program</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 asks %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel the request of %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1, for %2 so far</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>RoundButton</name>
    <message>
        <source>Stop the answer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Send the message</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 (Esc)</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SearchPresenter</name>
    <message>
        <source>There is no file in it that Puna could use.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SearchTab</name>
    <message>
        <source>A name or a topic, or a web address of a model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search for models on Hugging Face</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Models that were found</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show &amp;more</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show more models</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Searching…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Find</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try other words, or fewer of them.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing was found</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What is downloaded most on Hugging Face, where everybody can publish.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Found on Hugging Face, where everybody can publish.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What is on this computer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Searching is not possible now</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Sheet</name>
    <message>
        <source>Keyboard shortcuts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>In this window</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>In every window</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Shell</name>
    <message>
        <source>Another program uses port %1 (Ollama, perhaps), so Puna has taken another one. Tell your programs the address that *Connect programs* shows.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show the address</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SidebarPresenter</name>
    <message>
        <source>The file with your chats was damaged. They are now as they were saved on %1; the damaged file was kept as %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The file with your chats was damaged, and there was no copy of it yet. A new one was begun; the damaged file was kept as %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“%1” was deleted.</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n chat(s) were deleted.</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>It is too late: the chat is gone.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Saved as %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reading %1…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 has no chats that Puna understands. It takes its own JSON files, and what ChatGPT and Open WebUI export.</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n chat(s) were added.</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Nothing was added: all these chats are already here.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SpacePart</name>
    <message>
        <source>They are of downloads that are not complete; resumed ones still need them.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete all</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete all partial files</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show the files</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n partial file(s): %1 can be freed</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Delete</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete the partial file of %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 lies on the disk %2 times: %3 could be freed in the other programs</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Status</name>
    <message>
        <source>%1 %</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 tokens/s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 s</source>
        <comment>seconds</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 d</source>
        <comment>days</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 h</source>
        <comment>hours</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 min</source>
        <comment>minutes</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>is being answered, %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>is being answered</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the model reads the question, %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the model reads the question</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>waits for its turn</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All of it on the graphics card</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 of it on the graphics card, the rest on the processor</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>On the processor, not on the graphics card</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>On the processor</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Leaves memory after its last answer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stays in memory until you unload it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>In use</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Leaves memory in %1</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>StatusWindow</name>
    <message>
        <source>No model is in memory. It is loaded when it is asked.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nobody asks anything now.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open the &amp;chat</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Connect a &amp;program…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Status</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Why is it slow?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Models in memory</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Requests</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>TakingPresenter</name>
    <message>
        <source>Models of other programs</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Thoughts</name>
    <message>
        <source>Thoughts of the model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Thinking, %1 s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Thought for %1 s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Thoughts</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Transcript</name>
    <message>
        <source>Conversation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go to the newest message</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Verdict</name>
    <message>
        <source>Runs fast here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Runs here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Runs here, slower</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Just about fits</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Too large for here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Size not known</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It needs about %1 of memory, and this computer has %3: too large.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It needs about %1 of memory, and only %2 of %3 are free now: close other programs first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It needs about %1 of the %2 of memory that are free now, which leaves little for anything else.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It needs about %4 of the %5 that are free on the graphics card: it just fits.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It needs about %1 of the %2 of memory that are free now, and runs on the processor.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A part of it fits on the graphics card; the rest needs about %1 of memory and makes it slower.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It needs about %4 of the %5 that are free on the graphics card, and runs fast there.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>_Banner</name>
    <message>
        <source>You are changing an earlier message.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Leave the message as it was</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>_Head</name>
    <message>
        <source>Show the thoughts</source>
        <translation type="unfinished"></translation>
    </message>
</context>
</TS>
