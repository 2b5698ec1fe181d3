<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>AttachmentStrip</name>
    <message numerus="yes">
        <source>This model cannot see images. Choose one that “sees images”, or remove %n image(s).</source>
        <translation>
            <numerusform>This model cannot see images. Choose one that “sees images”, or remove the image.</numerusform>
            <numerusform>This model cannot see images. Choose one that “sees images”, or remove the %n images.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) were left out: so many at once are too many.</source>
        <translation>
            <numerusform>1 file was left out: so many at once are too many.</numerusform>
            <numerusform>%n files were left out: so many at once are too many.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ChatListModel</name>
    <message numerus="yes">
        <source>Folder %1, open, %n chat(s)</source>
        <translation>
            <numerusform>Folder %1, open, 1 chat</numerusform>
            <numerusform>Folder %1, open, %n chats</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Folder %1, closed, %n chat(s)</source>
        <translation>
            <numerusform>Folder %1, closed, 1 chat</numerusform>
            <numerusform>Folder %1, closed, %n chats</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Chip</name>
    <message numerus="yes">
        <source>%Ln token(s), only its beginning</source>
        <translation>
            <numerusform>%Ln token, only its beginning</numerusform>
            <numerusform>%Ln tokens, only its beginning</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln token(s)</source>
        <translation>
            <numerusform>%Ln token</numerusform>
            <numerusform>%Ln tokens</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>about %Ln token(s)</source>
        <translation>
            <numerusform>about %Ln token</numerusform>
            <numerusform>about %Ln tokens</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CutMark</name>
    <message numerus="yes">
        <source>%n message(s) above this line did not fit any more: the model does not know them.</source>
        <translation>
            <numerusform>1 message above this line did not fit any more: the model does not know it.</numerusform>
            <numerusform>%n messages above this line did not fit any more: the model does not know them.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>FirstRunWindow</name>
    <message numerus="yes">
        <source>%n model(s) of %1 can be used here, too, without a copy.</source>
        <translation>
            <numerusform>1 model of %1 can be used here, too, without a copy.</numerusform>
            <numerusform>%n models of %1 can be used here, too, without a copy.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>InstalledTab</name>
    <message numerus="yes">
        <source>%n model(s)</source>
        <translation>
            <numerusform>%n model</numerusform>
            <numerusform>%n models</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>MachineView</name>
    <message numerus="yes">
        <source>%n core(s)</source>
        <translation>
            <numerusform>%n core</numerusform>
            <numerusform>%n cores</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>MenuText</name>
    <message numerus="yes">
        <source>%n request(s) at work</source>
        <translation>
            <numerusform>%n request at work</numerusform>
            <numerusform>%n requests at work</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ModelsWindow</name>
    <message numerus="yes">
        <source>&amp;Downloads (%n)</source>
        <translation>
            <numerusform>&amp;Downloads (%n)</numerusform>
            <numerusform>&amp;Downloads (%n)</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Delete %n partial file(s)?</source>
        <translation>
            <numerusform>Delete 1 partial file?</numerusform>
            <numerusform>Delete %n partial files?</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Notice</name>
    <message numerus="yes">
        <source>The text was too long for this model: %n token(s) of it were left out.</source>
        <translation>
            <numerusform>The text was too long for this model: 1 token of it was left out.</numerusform>
            <numerusform>The text was too long for this model: %n tokens of it were left out.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PrivacyPage</name>
    <message numerus="yes">
        <source>%Ln chat(s) were deleted.</source>
        <translation>
            <numerusform>1 chat was deleted.</numerusform>
            <numerusform>%Ln chats were deleted.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ProgramRow</name>
    <message numerus="yes">
        <source>%n more request(s)</source>
        <translation>
            <numerusform>1 more request</numerusform>
            <numerusform>%n more requests</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n key(s)</source>
        <translation>
            <numerusform>%n key</numerusform>
            <numerusform>%n keys</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>QuestionCard</name>
    <message numerus="yes">
        <source>asked %n time(s)</source>
        <translation>
            <numerusform>asked once</numerusform>
            <numerusform>asked %n times</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ReasonRow</name>
    <message numerus="yes">
        <source>%n request(s) wait until one of those before them is answered.</source>
        <translation>
            <numerusform>1 request waits until one of those before it is answered.</numerusform>
            <numerusform>%n requests wait until one of those before them is answered.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n request(s) are answered at the same time, and share its speed.</source>
        <translation>
            <numerusform>1 request is answered, and shares its speed with others.</numerusform>
            <numerusform>%n requests are answered at the same time, and share its speed.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SettingsWindow</name>
    <message numerus="yes">
        <source>%Ln model(s) in memory go on as they are. The change holds for them when they are loaded again.</source>
        <translation>
            <numerusform>1 model in memory goes on as it is. The change holds for it when it is loaded again.</numerusform>
            <numerusform>%Ln models in memory go on as they are. The change holds for them when they are loaded again.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SidebarPresenter</name>
    <message numerus="yes">
        <source>%n newer chat(s) could still be read, and are there.</source>
        <translation>
            <numerusform>1 newer chat could still be read, and is there.</numerusform>
            <numerusform>%n newer chats could still be read, and are there.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n chat(s) were deleted.</source>
        <translation>
            <numerusform>1 chat was deleted.</numerusform>
            <numerusform>%n chats were deleted.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n chat(s) were added.</source>
        <translation>
            <numerusform>1 chat was added.</numerusform>
            <numerusform>%n chats were added.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SpacePart</name>
    <message numerus="yes">
        <source>%n partial file(s): %1 can be freed</source>
        <translation>
            <numerusform>1 partial file: %1 can be freed</numerusform>
            <numerusform>%n partial files: %1 can be freed</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>_Counts</name>
    <message numerus="yes">
        <source>Answer: %n token(s)</source>
        <translation>
            <numerusform>Answer: %n token</numerusform>
            <numerusform>Answer: %n tokens</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Read before it: %n token(s)</source>
        <translation>
            <numerusform>Read before it: %n token</numerusform>
            <numerusform>Read before it: %n tokens</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n request(s) running</source>
        <translation>
            <numerusform>%n request running</numerusform>
            <numerusform>%n requests running</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n request(s) waiting</source>
        <translation>
            <numerusform>%n request waiting</numerusform>
            <numerusform>%n requests waiting</numerusform>
        </translation>
    </message>
</context>
</TS>
