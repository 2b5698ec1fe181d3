<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>AskDialog</name>
    <message>
        <source>Download a model</source>
        <translation>Modell herunterladen</translation>
    </message>
    <message>
        <source>Download %1?</source>
        <translation>%1 herunterladen?</translation>
    </message>
    <message>
        <source>&amp;Download</source>
        <translation>&amp;Herunterladen</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Looking how large it is…</source>
        <translation>Größe wird ermittelt…</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Time to download</source>
        <translation>Dauer des Herunterladens</translation>
    </message>
    <message>
        <source>Free on the disk</source>
        <translation>Frei auf dem Datenträger</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>Tempo</translation>
    </message>
    <message>
        <source>At the speed that this connection has just had.</source>
        <translation>Bei der Geschwindigkeit, die diese Verbindung eben hatte.</translation>
    </message>
    <message>
        <source>about %1</source>
        <translation>etwa %1</translation>
    </message>
    <message>
        <source>not known</source>
        <translation>unbekannt</translation>
    </message>
    <message>
        <source>not known yet</source>
        <translation>noch nicht bekannt</translation>
    </message>
</context>
<context>
    <name>AskPresenter</name>
    <message>
        <source>The disk is too full: %1 more would have to be free.</source>
        <translation>Der Datenträger ist zu voll: %1 mehr müssten frei sein.</translation>
    </message>
    <message>
        <source>The internet cannot be reached. The download will wait until it is back.</source>
        <translation>Das Internet ist nicht erreichbar. Der Download wartet, bis es wieder da ist.</translation>
    </message>
</context>
<context>
    <name>AttachmentStrip</name>
    <message>
        <source>Attached files</source>
        <translation>Angehängte Dateien</translation>
    </message>
    <message>
        <source>The files are still being read.</source>
        <translation>Die Dateien werden noch gelesen.</translation>
    </message>
    <message numerus="yes">
        <source>This model cannot see images. Choose one that “sees images”, or remove %n image(s).</source>
        <translation>
            <numerusform>Dieses Modell kann keine Bilder sehen. Wählen Sie eines, das „Bilder sieht“, oder entfernen Sie das Bild.</numerusform>
            <numerusform>Dieses Modell kann keine Bilder sehen. Wählen Sie eines, das „Bilder sieht“, oder entfernen Sie die %n Bilder.</numerusform>
        </translation>
    </message>
    <message>
        <source>Pasted image</source>
        <translation>Eingefügtes Bild</translation>
    </message>
    <message>
        <source>Attach files</source>
        <translation>Dateien anhängen</translation>
    </message>
    <message>
        <source>Use a context of %1</source>
        <translation>Kontext auf %1 vergrößern</translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) were left out: so many at once are too many.</source>
        <translation>
            <numerusform>Eine Datei wurde ausgelassen: So viele auf einmal sind zu viele.</numerusform>
            <numerusform>%n Dateien wurden ausgelassen: So viele auf einmal sind zu viele.</numerusform>
        </translation>
    </message>
    <message>
        <source>The files have %1 tokens, and the chat %2. The model takes %3 at once, answer included: it would not see all of it.</source>
        <translation>Die Dateien haben %1 Token und der Chat %2. Das Modell fasst %3 auf einmal, samt Antwort: Es würde nicht alles sehen.</translation>
    </message>
    <message>
        <source>The files have %1 tokens. The model takes %3 at once, answer included: it would not see all of them.</source>
        <translation>Die Dateien haben %1 Token. Das Modell fasst %3 auf einmal, samt Antwort: Es würde nicht alles sehen.</translation>
    </message>
    <message>
        <source>The files have about %1 tokens, and the chat %2. The model takes %3 at once, answer included: it would not see all of it.</source>
        <translation>Die Dateien haben etwa %1 Token und der Chat %2. Das Modell fasst %3 auf einmal, samt Antwort: Es würde nicht alles sehen.</translation>
    </message>
    <message>
        <source>The files have about %1 tokens. The model takes %3 at once, answer included: it would not see all of them.</source>
        <translation>Die Dateien haben etwa %1 Token. Das Modell fasst %3 auf einmal, samt Antwort: Es würde nicht alles sehen.</translation>
    </message>
</context>
<context>
    <name>Calls</name>
    <message>
        <source>The model asks to use the tool “%1” with: %2</source>
        <translation>Das Modell möchte das Werkzeug „%1“ benutzen, mit: %2</translation>
    </message>
</context>
<context>
    <name>ChatDelegate</name>
    <message>
        <source>d MMM</source>
        <translation>d. MMM</translation>
    </message>
</context>
<context>
    <name>ChatListModel</name>
    <message>
        <source>New chat</source>
        <translation>Neuer Chat</translation>
    </message>
    <message>
        <source>%1, pinned</source>
        <translation>%1, angeheftet</translation>
    </message>
    <message>
        <source>%1, in the folder %2</source>
        <translation>%1, im Ordner %2</translation>
    </message>
    <message numerus="yes">
        <source>Folder %1, open, %n chat(s)</source>
        <translation>
            <numerusform>Ordner %1, offen, ein Chat</numerusform>
            <numerusform>Ordner %1, offen, %n Chats</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Folder %1, closed, %n chat(s)</source>
        <translation>
            <numerusform>Ordner %1, geschlossen, ein Chat</numerusform>
            <numerusform>Ordner %1, geschlossen, %n Chats</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ChatListView</name>
    <message>
        <source>Chats</source>
        <translation>Chats</translation>
    </message>
</context>
<context>
    <name>ChatMenu</name>
    <message>
        <source>&amp;Open</source>
        <translation>&amp;Öffnen</translation>
    </message>
    <message>
        <source>&amp;Rename</source>
        <translation>&amp;Umbenennen</translation>
    </message>
    <message>
        <source>Un&amp;pin</source>
        <translation>Nicht mehr &amp;anheften</translation>
    </message>
    <message>
        <source>&amp;Pin</source>
        <translation>&amp;Anheften</translation>
    </message>
    <message>
        <source>&amp;Delete</source>
        <translation>&amp;Löschen</translation>
    </message>
    <message>
        <source>&amp;Move to</source>
        <translation>&amp;Verschieben nach</translation>
    </message>
    <message>
        <source>No folder</source>
        <translation>Kein Ordner</translation>
    </message>
    <message>
        <source>New folder…</source>
        <translation>Neuer Ordner…</translation>
    </message>
    <message>
        <source>&amp;Export as</source>
        <translation>&amp;Exportieren als</translation>
    </message>
    <message>
        <source>&amp;Markdown, to read and edit…</source>
        <translation>&amp;Markdown, zum Lesen und Bearbeiten…</translation>
    </message>
    <message>
        <source>&amp;Web page (HTML), to read and print…</source>
        <translation>&amp;Webseite (HTML), zum Lesen und Drucken…</translation>
    </message>
    <message>
        <source>&amp;JSON, with everything, to import again…</source>
        <translation>&amp;JSON, mit allem, zum Wiedereinlesen…</translation>
    </message>
</context>
<context>
    <name>ChatWindow</name>
    <message>
        <source>Show the list of chats</source>
        <translation>Liste der Chats zeigen</translation>
    </message>
    <message>
        <source>Show how the model answers</source>
        <translation>Zeigen, wie das Modell antwortet</translation>
    </message>
    <message>
        <source>Attach files</source>
        <translation>Dateien anhängen</translation>
    </message>
    <message>
        <source>Send the message</source>
        <translation>Nachricht senden</translation>
    </message>
    <message>
        <source>A new line</source>
        <translation>Neue Zeile</translation>
    </message>
    <message>
        <source>Stop the answer</source>
        <translation>Antwort anhalten</translation>
    </message>
    <message>
        <source>Change the last message (in an empty line)</source>
        <translation>Letzte Nachricht ändern (in einer leeren Zeile)</translation>
    </message>
    <message>
        <source>Chat – Puna</source>
        <translation>Chat – Puna</translation>
    </message>
    <message>
        <source>Show or hide the list of chats</source>
        <translation>Liste der Chats ein- oder ausblenden</translation>
    </message>
    <message>
        <source>Show or hide how the model answers</source>
        <translation>Ein- oder ausblenden, wie das Modell antwortet</translation>
    </message>
    <message>
        <source>Go to the message field</source>
        <translation>Zum Nachrichtenfeld gehen</translation>
    </message>
    <message>
        <source>Answer once more</source>
        <translation>Noch einmal antworten</translation>
    </message>
    <message>
        <source>Deleted, with all that followed.</source>
        <translation>Gelöscht, mit allem, was folgte.</translation>
    </message>
</context>
<context>
    <name>Chip</name>
    <message>
        <source>Do not send %1</source>
        <translation>%1 nicht senden</translation>
    </message>
    <message>
        <source>this model sees no images</source>
        <translation>dieses Modell sieht keine Bilder</translation>
    </message>
    <message>
        <source>Attached: %1, %2</source>
        <translation>Angehängt: %1, %2</translation>
    </message>
    <message>
        <source>image</source>
        <translation>Bild</translation>
    </message>
    <message numerus="yes">
        <source>%Ln token(s), only its beginning</source>
        <translation>
            <numerusform>%Ln Token, nur der Anfang</numerusform>
            <numerusform>%Ln Token, nur der Anfang</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln token(s)</source>
        <translation>
            <numerusform>%Ln Token</numerusform>
            <numerusform>%Ln Token</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>about %Ln token(s)</source>
        <translation>
            <numerusform>etwa %Ln Token</numerusform>
            <numerusform>etwa %Ln Token</numerusform>
        </translation>
    </message>
    <message>
        <source>being read…</source>
        <translation>wird gelesen…</translation>
    </message>
    <message>
        <source>page %1 of %2</source>
        <translation>Seite %1 von %2</translation>
    </message>
    <message>
        <source>not there any more</source>
        <translation>nicht mehr da</translation>
    </message>
    <message>
        <source>is a folder: attach its files</source>
        <translation>ist ein Ordner: Hängen Sie seine Dateien an</translation>
    </message>
    <message>
        <source>may not be read</source>
        <translation>darf nicht gelesen werden</translation>
    </message>
    <message>
        <source>too large</source>
        <translation>zu groß</translation>
    </message>
    <message>
        <source>nothing is in it</source>
        <translation>leer</translation>
    </message>
    <message>
        <source>not text, PDF, Word or image</source>
        <translation>kein Text, PDF, Word oder Bild</translation>
    </message>
    <message>
        <source>has a password</source>
        <translation>hat ein Kennwort</translation>
    </message>
    <message>
        <source>only pictures of text, which cannot be read</source>
        <translation>nur Bilder von Text; sie lassen sich nicht lesen</translation>
    </message>
    <message>
        <source>damaged</source>
        <translation>beschädigt</translation>
    </message>
</context>
<context>
    <name>CodeFrame</name>
    <message>
        <source>Wrap long lines</source>
        <translation>Lange Zeilen umbrechen</translation>
    </message>
    <message>
        <source>Copy the code</source>
        <translation>Code kopieren</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>Code: %1</source>
        <translation>Code: %1</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>Kopiert</translation>
    </message>
</context>
<context>
    <name>Composer</name>
    <message>
        <source>Write a message</source>
        <translation>Schreiben Sie eine Nachricht</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>Nachricht</translation>
    </message>
</context>
<context>
    <name>ConnectWindow</name>
    <message>
        <source>Address of Puna</source>
        <translation>Adresse von Puna</translation>
    </message>
    <message>
        <source>Connect programs</source>
        <translation>Programme verbinden</translation>
    </message>
    <message>
        <source>&amp;Recipes</source>
        <translation>&amp;Anleitungen</translation>
    </message>
    <message>
        <source>&amp;Who is calling</source>
        <translation>Wer zug&amp;reift</translation>
    </message>
    <message>
        <source>Web &amp;pages</source>
        <translation>Web&amp;seiten</translation>
    </message>
    <message>
        <source>&amp;Other devices</source>
        <translation>Andere &amp;Geräte</translation>
    </message>
    <message>
        <source>Ways to connect</source>
        <translation>Wege, etwas zu verbinden</translation>
    </message>
    <message>
        <source>Programs reach your models at this address</source>
        <translation>Unter dieser Adresse erreichen Programme Ihre Modelle</translation>
    </message>
    <message>
        <source>Whatever works with Ollama takes this address. A program made for OpenAI takes %1/v1, one made for Anthropic the address as it is.</source>
        <translation>Was mit Ollama arbeitet, bekommt diese Adresse. Ein Programm für OpenAI bekommt %1/v1, eines für Anthropic die Adresse, wie sie ist.</translation>
    </message>
    <message>
        <source>Web &amp;pages (%1)</source>
        <translation>Web&amp;seiten (%1)</translation>
    </message>
</context>
<context>
    <name>ContextMeter</name>
    <message>
        <source>This message is too long for the model (about %1 of %2 tokens): a part of it would be left out.</source>
        <translation>Diese Nachricht ist zu lang für das Modell (etwa %1 von %2 Token): Ein Teil würde wegfallen.</translation>
    </message>
    <message>
        <source>The chat is nearly full (%1 of %2 tokens): with the next message the model will no longer know its beginning.</source>
        <translation>Der Chat ist fast voll (%1 von %2 Token): Mit der nächsten Nachricht kennt das Modell seinen Anfang nicht mehr.</translation>
    </message>
    <message>
        <source>%1 of %2 tokens</source>
        <translation>%1 von %2 Token</translation>
    </message>
    <message>
        <source>The model remembers so much of this chat. What is more is left out, from the beginning on; you are told before.</source>
        <translation>So viel von diesem Chat kann sich das Modell merken. Was darüber hinausgeht, fällt weg, vom Anfang her; Sie erfahren es vorher.</translation>
    </message>
    <message>
        <source>Memory of this chat: %1</source>
        <translation>Gedächtnis dieses Chats: %1</translation>
    </message>
</context>
<context>
    <name>CopyButton</name>
    <message>
        <source>Copy: %1</source>
        <translation>Kopieren: %1</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>Kopiert</translation>
    </message>
</context>
<context>
    <name>CutMark</name>
    <message numerus="yes">
        <source>%n message(s) above this line did not fit any more: the model does not know them.</source>
        <translation>
            <numerusform>Eine Nachricht über dieser Linie passte nicht mehr: Das Modell kennt sie nicht.</numerusform>
            <numerusform>%n Nachrichten über dieser Linie passten nicht mehr: Das Modell kennt sie nicht.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>DetailsDialog</name>
    <message>
        <source>Details of %1</source>
        <translation>Details zu %1</translation>
    </message>
    <message>
        <source>Figures</source>
        <translation>Zahlen</translation>
    </message>
    <message>
        <source>Template</source>
        <translation>Chat-Vorlage</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>Parameter</translation>
    </message>
    <message>
        <source>System prompt</source>
        <translation>Anweisungen</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>Lizenz</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>%1 tokens</source>
        <translation>%1 Token</translation>
    </message>
    <message>
        <source>Size on the disk</source>
        <translation>Größe auf dem Datenträger</translation>
    </message>
    <message>
        <source>Parameters of the network</source>
        <translation>Parameter des Netzes</translation>
    </message>
    <message>
        <source>Precision</source>
        <translation>Genauigkeit</translation>
    </message>
    <message>
        <source>Family</source>
        <translation>Familie</translation>
    </message>
    <message>
        <source>Longest conversation</source>
        <translation>Längstes Gespräch</translation>
    </message>
    <message>
        <source>Can do</source>
        <translation>Kann</translation>
    </message>
    <message>
        <source>Same files as</source>
        <translation>Dieselben Dateien wie</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>Open the folder</source>
        <translation>Ordner öffnen</translation>
    </message>
    <message>
        <source>The model has none.</source>
        <translation>Das Modell hat nichts davon.</translation>
    </message>
</context>
<context>
    <name>DiagnosticsPage</name>
    <message>
        <source>If something does not work, this text helps others to see why. It has no keys, no questions or answers, and not your name. Nothing is sent: you copy or save it.</source>
        <translation>Wenn etwas nicht klappt, hilft dieser Text anderen, den Grund zu finden. Er enthält keine Schlüssel, keine Fragen oder Antworten und nicht Ihren Namen. Nichts wird gesendet: Sie kopieren oder speichern ihn.</translation>
    </message>
    <message>
        <source>Put it together</source>
        <translation>Zusammenstellen</translation>
    </message>
    <message>
        <source>Diagnostics</source>
        <translation>Diagnose</translation>
    </message>
    <message>
        <source>You see all of it before you hand it on.</source>
        <translation>Sie sehen alles, bevor Sie es weitergeben.</translation>
    </message>
    <message>
        <source>All that would be handed on</source>
        <translation>Alles, was weitergegeben würde</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>&amp;Kopieren</translation>
    </message>
    <message>
        <source>&amp;Save…</source>
        <translation>&amp;Speichern…</translation>
    </message>
    <message>
        <source>Saved as %1</source>
        <translation>Gespeichert als %1</translation>
    </message>
    <message>
        <source>It could not be saved: %1</source>
        <translation>Speichern ging nicht: %1</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>Kopiert</translation>
    </message>
    <message>
        <source>Save the diagnostics</source>
        <translation>Diagnose speichern</translation>
    </message>
</context>
<context>
    <name>DownloadRow</name>
    <message>
        <source>Chat</source>
        <translation>Chatten</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Sooner</source>
        <translation>Früher</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>Später</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Noch einmal versuchen</translation>
    </message>
    <message>
        <source>Remove from list</source>
        <translation>Aus der Liste entfernen</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>not known yet</source>
        <translation>noch unbekannt</translation>
    </message>
    <message>
        <source>Waiting for its turn</source>
        <translation>Wartet, bis es an der Reihe ist</translation>
    </message>
    <message>
        <source>Waiting, and goes on by itself. %1</source>
        <translation>Wartet und macht von selbst weiter. %1</translation>
    </message>
    <message>
        <source>Paused. %1</source>
        <translation>Angehalten. %1</translation>
    </message>
    <message>
        <source>It did not work.</source>
        <translation>Es hat nicht geklappt.</translation>
    </message>
    <message>
        <source>Ready to use</source>
        <translation>Bereit</translation>
    </message>
    <message>
        <source>Checking that everything arrived unharmed…</source>
        <translation>Prüft, ob alles heil angekommen ist…</translation>
    </message>
    <message>
        <source>Almost done…</source>
        <translation>Fast fertig…</translation>
    </message>
    <message>
        <source>Asking where the files are…</source>
        <translation>Fragt, wo die Dateien sind…</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
</context>
<context>
    <name>DownloadsTab</name>
    <message>
        <source>Downloads</source>
        <translation>Downloads</translation>
    </message>
    <message>
        <source>Nothing is being downloaded</source>
        <translation>Gerade wird nichts heruntergeladen</translation>
    </message>
    <message>
        <source>Downloads go on when this window is closed, and after a restart. What has arrived is never lost.</source>
        <translation>Downloads laufen weiter, auch wenn dieses Fenster zu ist, und nach einem Neustart. Was angekommen ist, geht nie verloren.</translation>
    </message>
    <message>
        <source>Find a model</source>
        <translation>Modell suchen</translation>
    </message>
</context>
<context>
    <name>Failure</name>
    <message>
        <source>Puna&apos;s server does not answer. It may be starting: try again in a moment.</source>
        <translation>Der Server von Puna antwortet nicht. Vielleicht startet er gerade: Versuchen Sie es gleich noch einmal.</translation>
    </message>
    <message>
        <source>Your chats were kept by a newer Puna, so this one does not open them.</source>
        <translation>Ihre Chats hat ein neueres Puna gespeichert, darum öffnet dieses sie nicht.</translation>
    </message>
    <message>
        <source>The file of your chats cannot be used now. What was kept is still there: look whether the disk is full.</source>
        <translation>Die Datei Ihrer Chats lässt sich gerade nicht benutzen. Was gespeichert wurde, ist noch da: Sehen Sie nach, ob der Datenträger voll ist.</translation>
    </message>
    <message>
        <source>This chat has been deleted.</source>
        <translation>Dieser Chat wurde gelöscht.</translation>
    </message>
    <message>
        <source>The message is too long for this model: %1 tokens, and it remembers %2. Shorten it, or give the model a longer memory for this chat (“context length”).</source>
        <translation>Die Nachricht ist zu lang für dieses Modell: %1 Token, und es merkt sich %2. Kürzen Sie sie, oder geben Sie dem Modell für diesen Chat ein längeres Gedächtnis („Kontextlänge“).</translation>
    </message>
    <message>
        <source>This model needs about %1 of memory, and %2 are free. Close other programs, or choose a smaller model.</source>
        <translation>Dieses Modell braucht etwa %1 Arbeitsspeicher, und %2 sind frei. Schließen Sie andere Programme, oder wählen Sie ein kleineres Modell.</translation>
    </message>
    <message>
        <source>This model is not on this computer any more. Choose another one.</source>
        <translation>Dieses Modell ist nicht mehr auf diesem Computer. Wählen Sie ein anderes.</translation>
    </message>
    <message>
        <source>This model is not in memory any more.</source>
        <translation>Dieses Modell ist nicht mehr im Arbeitsspeicher.</translation>
    </message>
    <message>
        <source>The message is too long for this model. Shorten it, or give the model a longer memory for this chat (“context length”).</source>
        <translation>Die Nachricht ist zu lang für dieses Modell. Kürzen Sie sie, oder geben Sie dem Modell ein längeres Gedächtnis für diesen Chat („Kontextlänge“).</translation>
    </message>
    <message>
        <source>Too many requests wait for an answer. Try again in a moment.</source>
        <translation>Zu viele Anfragen warten auf eine Antwort. Versuchen Sie es gleich noch einmal.</translation>
    </message>
    <message>
        <source>The model stopped unexpectedly. Trying again starts it anew.</source>
        <translation>Das Modell ist unerwartet ausgefallen. Ein neuer Versuch startet es wieder.</translation>
    </message>
    <message>
        <source>The model could not answer this: %1</source>
        <translation>Das Modell konnte darauf nicht antworten: %1</translation>
    </message>
    <message>
        <source>Puna was updated while it ran. Quit it and start it again to go on.</source>
        <translation>Puna wurde aktualisiert, während es lief. Beenden Sie es und starten Sie es neu, dann geht es weiter.</translation>
    </message>
    <message>
        <source>An image or a sound cannot be read. PNG, JPEG, WebP, WAV and MP3 work.</source>
        <translation>Ein Bild oder Ton lässt sich nicht lesen. PNG, JPEG, WebP, WAV und MP3 gehen.</translation>
    </message>
    <message>
        <source>This is too much for one message: attach less, or smaller files.</source>
        <translation>Das ist zu viel für eine Nachricht: Hängen Sie weniger an, oder kleinere Dateien.</translation>
    </message>
    <message>
        <source>This model cannot take the conversation as it is. Choose another one.</source>
        <translation>Dieses Modell kann mit der Unterhaltung so nichts anfangen. Wählen Sie ein anderes.</translation>
    </message>
    <message>
        <source>This model cannot do that: %1</source>
        <translation>Das kann dieses Modell nicht: %1</translation>
    </message>
    <message>
        <source>Puna makes a pause: nobody is answered until you go on in its menu.</source>
        <translation>Puna macht Pause: Niemand bekommt eine Antwort, bis Sie in seinem Menü weitermachen.</translation>
    </message>
    <message>
        <source>The answer was cancelled.</source>
        <translation>Die Antwort wurde abgebrochen.</translation>
    </message>
    <message>
        <source>This request is already over.</source>
        <translation>Diese Anfrage ist schon vorbei.</translation>
    </message>
    <message>
        <source>That is a mistake of Puna&apos;s. The log in the settings may help to find it.</source>
        <translation>Das ist ein Fehler von Puna. Das Protokoll in den Einstellungen hilft vielleicht, ihn zu finden.</translation>
    </message>
    <message>
        <source>There is not enough free memory for this model. Close other programs, or choose a smaller model.</source>
        <translation>Für dieses Modell ist nicht genug Arbeitsspeicher frei. Schließen Sie andere Programme, oder wählen Sie ein kleineres Modell.</translation>
    </message>
    <message>
        <source>A file of this model is not there any more. Download it again.</source>
        <translation>Eine Datei dieses Modells ist nicht mehr da. Laden Sie es noch einmal herunter.</translation>
    </message>
    <message>
        <source>The folder of the models is not there. Connect its disk, or choose another folder in the settings.</source>
        <translation>Der Ordner der Modelle ist nicht da. Schließen Sie seinen Datenträger an, oder wählen Sie in den Einstellungen einen anderen Ordner.</translation>
    </message>
    <message>
        <source>The processor of this computer is too old for this model&apos;s engine.</source>
        <translation>Der Prozessor dieses Computers ist zu alt, um dieses Modell rechnen zu lassen.</translation>
    </message>
    <message>
        <source>This model cannot remember in this way: choose f16 as its cache&apos;s type.</source>
        <translation>So kann sich dieses Modell nichts merken: Wählen Sie f16 als Art seines Zwischenspeichers.</translation>
    </message>
    <message>
        <source>Loading the model took too long. Try again, or choose a smaller one.</source>
        <translation>Das Laden des Modells hat zu lange gedauert. Versuchen Sie es noch einmal, oder wählen Sie ein kleineres.</translation>
    </message>
    <message>
        <source>The model cannot be loaded: %1</source>
        <translation>Das Modell lässt sich nicht laden: %1</translation>
    </message>
    <message>
        <source>Puna&apos;s server wants a key, and the windows have none. Start Puna again.</source>
        <translation>Der Server von Puna verlangt einen Schlüssel, und die Fenster haben keinen. Starten Sie Puna neu.</translation>
    </message>
    <message>
        <source>Puna&apos;s server does not know the windows&apos; key. Start Puna again.</source>
        <translation>Der Server von Puna kennt den Schlüssel der Fenster nicht. Starten Sie Puna neu.</translation>
    </message>
    <message>
        <source>Only windows on the server&apos;s own computer may do that.</source>
        <translation>Das dürfen nur Fenster auf dem Computer des Servers selbst.</translation>
    </message>
    <message>
        <source>That was asked too often. Try again in a moment.</source>
        <translation>Danach wurde zu oft gefragt. Versuchen Sie es gleich noch einmal.</translation>
    </message>
    <message>
        <source>Not without keys: everybody in the network could use Puna then. The window “Connect programs” makes them.</source>
        <translation>Nicht ohne Schlüssel: Sonst könnte jeder im Netzwerk Puna benutzen. Das Fenster „Programme verbinden“ stellt sie aus.</translation>
    </message>
    <message>
        <source>The certificate cannot be used: %1</source>
        <translation>Das Zertifikat lässt sich nicht benutzen: %1</translation>
    </message>
    <message>
        <source>Another program listens there already.</source>
        <translation>Dort lauscht schon ein anderes Programm.</translation>
    </message>
    <message>
        <source>This computer has no such address.</source>
        <translation>Eine solche Adresse hat dieser Computer nicht.</translation>
    </message>
    <message>
        <source>This web page is not in the list any more.</source>
        <translation>Diese Webseite steht nicht mehr in der Liste.</translation>
    </message>
    <message>
        <source>This program, or its key, is not there any more.</source>
        <translation>Dieses Programm, oder sein Schlüssel, ist nicht mehr da.</translation>
    </message>
    <message>
        <source>The list of programs is full. Remove some that you do not use.</source>
        <translation>Die Liste der Programme ist voll. Entfernen Sie einige, die Sie nicht benutzen.</translation>
    </message>
    <message>
        <source>This value cannot be used: %1</source>
        <translation>Dieser Wert geht nicht: %1</translation>
    </message>
    <message>
        <source>The internet cannot be reached. This computer may be offline.</source>
        <translation>Das Internet ist nicht erreichbar. Vielleicht ist dieser Computer offline.</translation>
    </message>
    <message>
        <source>The download did not work: %1</source>
        <translation>Der Download hat nicht geklappt: %1</translation>
    </message>
    <message>
        <source>The download was stopped.</source>
        <translation>Der Download wurde angehalten.</translation>
    </message>
    <message>
        <source>Puna was stopped before it was complete.</source>
        <translation>Puna wurde beendet, bevor er vollständig war.</translation>
    </message>
    <message>
        <source>The program that asked for it went away.</source>
        <translation>Das Programm, das ihn angefordert hatte, ist nicht mehr da.</translation>
    </message>
    <message>
        <source>This download is not in the list any more.</source>
        <translation>Dieser Download steht nicht mehr in der Liste.</translation>
    </message>
    <message>
        <source>Another download writes the same file. It goes on when that is done.</source>
        <translation>Ein anderer Download schreibt dieselbe Datei. Es geht weiter, sobald er fertig ist.</translation>
    </message>
    <message>
        <source>This partial file is not there any more.</source>
        <translation>Diese unvollständige Datei ist nicht mehr da.</translation>
    </message>
    <message>
        <source>The proxy that this computer is set to cannot be used.</source>
        <translation>Der Proxy, der auf diesem Computer eingestellt ist, lässt sich nicht benutzen.</translation>
    </message>
    <message>
        <source>Nothing could be learned about updates: %1</source>
        <translation>Über Updates war nichts zu erfahren: %1</translation>
    </message>
    <message>
        <source>The news about updates is damaged or too old, and is not trusted. Look whether this computer has the right date.</source>
        <translation>Die Nachricht über Updates ist beschädigt oder zu alt, und ihr wird nicht vertraut. Sehen Sie nach, ob dieser Computer das richtige Datum hat.</translation>
    </message>
    <message>
        <source>This Puna was not told where updates are announced. Look where you got it from.</source>
        <translation>Dieses Puna weiß nicht, wo Updates angekündigt werden. Sehen Sie dort nach, wo Sie es her haben.</translation>
    </message>
    <message>
        <source>There is no update to fetch.</source>
        <translation>Es gibt kein Update zu holen.</translation>
    </message>
    <message>
        <source>The update could not be installed; nothing was changed: %1</source>
        <translation>Das Update ließ sich nicht installieren; nichts wurde verändert: %1</translation>
    </message>
    <message>
        <source>The place that has this model answers strangely. Try later.</source>
        <translation>Der Anbieter dieses Modells antwortet seltsam. Versuchen Sie es später.</translation>
    </message>
    <message>
        <source>Hugging Face has been asked too often from here. Try again in a while.</source>
        <translation>Hugging Face wurde von hier zu oft gefragt. Versuchen Sie es in einer Weile noch einmal.</translation>
    </message>
    <message>
        <source>Hugging Face refuses that: %1</source>
        <translation>Hugging Face lehnt das ab: %1</translation>
    </message>
    <message>
        <source>There is no model of this name to download.</source>
        <translation>Ein Modell dieses Namens gibt es nicht zum Herunterladen.</translation>
    </message>
    <message>
        <source>This model&apos;s owner lets only people with an account download it.</source>
        <translation>Dieses Modell dürfen nur Menschen mit einem Konto herunterladen; so will es sein Eigentümer.</translation>
    </message>
    <message>
        <source>The place that has this model fails: %1</source>
        <translation>Beim Anbieter dieses Modells klappt etwas nicht: %1</translation>
    </message>
    <message>
        <source>The place that has this model refuses: %1</source>
        <translation>Der Anbieter dieses Modells lehnt ab: %1</translation>
    </message>
    <message>
        <source>This place sends Puna elsewhere to sign in, which is not to be trusted.</source>
        <translation>Dieser Anbieter schickt Puna zur Anmeldung woandershin, und dem ist nicht zu trauen.</translation>
    </message>
    <message>
        <source>This address is not encrypted, so nothing is fetched from it.</source>
        <translation>Diese Adresse ist nicht verschlüsselt, darum wird von dort nichts geholt.</translation>
    </message>
    <message>
        <source>This is no name of a model. Names look like llama3.2:1b.</source>
        <translation>Das ist kein Name eines Modells. Namen sehen aus wie llama3.2:1b.</translation>
    </message>
    <message>
        <source>The list of suggestions is damaged. Installing Puna again mends it.</source>
        <translation>Die Liste der Vorschläge ist beschädigt. Eine neue Installation von Puna behebt das.</translation>
    </message>
    <message>
        <source>This suggestion is not there any more.</source>
        <translation>Diesen Vorschlag gibt es nicht mehr.</translation>
    </message>
    <message>
        <source>The files of this model do not say how much memory they need.</source>
        <translation>Die Dateien dieses Modells sagen nicht, wie viel Arbeitsspeicher sie brauchen.</translation>
    </message>
    <message>
        <source>This model belongs to another program, or its files are protected.</source>
        <translation>Dieses Modell gehört einem anderen Programm, oder seine Dateien sind geschützt.</translation>
    </message>
    <message>
        <source>A file of Puna&apos;s cannot be used: %1</source>
        <translation>Eine Datei von Puna lässt sich nicht benutzen: %1</translation>
    </message>
    <message>
        <source>The system does not let Puna start at login: %1</source>
        <translation>Das System lässt Puna nicht bei der Anmeldung starten: %1</translation>
    </message>
    <message>
        <source>Hugging Face has no such model, or it is private.</source>
        <translation>Hugging Face hat dieses Modell nicht, oder es ist privat.</translation>
    </message>
    <message>
        <source>A file of this model is damaged, or is no model. Fetch it once more.</source>
        <translation>Eine Datei dieses Modells ist beschädigt oder kein Modell. Holen Sie sie noch einmal.</translation>
    </message>
    <message>
        <source>The disk is full: free some space.</source>
        <translation>Der Datenträger ist voll: Schaffen Sie Platz.</translation>
    </message>
    <message>
        <source>A file arrived damaged. Trying again fetches it anew.</source>
        <translation>Eine Datei kam beschädigt an. Ein neuer Versuch holt sie noch einmal.</translation>
    </message>
    <message>
        <source>Puna does not know this kind of model yet. A newer Puna may.</source>
        <translation>Diese Art Modell kennt Puna noch nicht. Ein neueres Puna vielleicht.</translation>
    </message>
    <message>
        <source>%1 cannot be written: %2</source>
        <translation>%1 lässt sich nicht schreiben: %2</translation>
    </message>
</context>
<context>
    <name>Fields</name>
    <message>
        <source>Port</source>
        <translation>Port</translation>
    </message>
    <message>
        <source>The last part of the address that other programs use. 11434 is what they expect.</source>
        <translation>Der letzte Teil der Adresse, die andere Programme verwenden. Üblich ist 11434.</translation>
    </message>
    <message>
        <source>Who can reach Puna</source>
        <translation>Wer Puna erreichen kann</translation>
    </message>
    <message>
        <source>Other computers get in only with a key. The Connect window shows the way step by step.</source>
        <translation>Andere Computer kommen nur mit einem Schlüssel herein. Das Fenster „Programme verbinden“ zeigt den Weg Schritt für Schritt.</translation>
    </message>
    <message>
        <source>only this computer</source>
        <translation>nur dieser Computer</translation>
    </message>
    <message>
        <source>other computers in the network, too</source>
        <translation>auch andere Computer im Netzwerk</translation>
    </message>
    <message>
        <source>Every program shows a key</source>
        <translation>Jedes Programm zeigt einen Schlüssel</translation>
    </message>
    <message>
        <source>Programs of this computer, too. Keys are made in the Connect window.</source>
        <translation>Auch Programme auf diesem Computer. Schlüssel erstellt das Fenster „Programme verbinden“.</translation>
    </message>
    <message>
        <source>Folder of the models</source>
        <translation>Ordner der Modelle</translation>
    </message>
    <message>
        <source>Models that are already there are found; models that are elsewhere are not moved.</source>
        <translation>Modelle, die schon dort sind, werden gefunden; Modelle, die anderswo sind, werden nicht verschoben.</translation>
    </message>
    <message>
        <source>Puna&apos;s own folder</source>
        <translation>Punas eigener Ordner</translation>
    </message>
    <message>
        <source>Use Ollama&apos;s models, too</source>
        <translation>Auch Ollamas Modelle verwenden</translation>
    </message>
    <message>
        <source>They stay where they are, and are never changed.</source>
        <translation>Sie bleiben, wo sie sind, und werden nie verändert.</translation>
    </message>
    <message>
        <source>A model stays in memory for</source>
        <translation>Ein Modell bleibt im Speicher</translation>
    </message>
    <message>
        <source>After its last answer. The longer, the sooner the next answer begins. Times such as 45m or 2h can be typed.</source>
        <translation>Nach seiner letzten Antwort. Je länger, desto eher beginnt die nächste. Sie können auch Zeiten wie 45m oder 2h eintippen.</translation>
    </message>
    <message>
        <source>Flash attention</source>
        <translation>Flash Attention</translation>
    </message>
    <message>
        <source>A way of computing that needs less memory for long conversations.</source>
        <translation>Eine Art zu rechnen, die für lange Gespräche weniger Speicher braucht.</translation>
    </message>
    <message>
        <source>where it is possible</source>
        <translation>wo es möglich ist</translation>
    </message>
    <message>
        <source>on</source>
        <translation>an</translation>
    </message>
    <message>
        <source>off</source>
        <translation>aus</translation>
    </message>
    <message>
        <source>Requests that may wait</source>
        <translation>Anfragen, die warten dürfen</translation>
    </message>
    <message>
        <source>One more is refused.</source>
        <translation>Eine mehr wird abgelehnt.</translation>
    </message>
    <message>
        <source>Give up loading a model after</source>
        <translation>Laden eines Modells aufgeben nach</translation>
    </message>
    <message>
        <source>Counted while nothing goes on. 0 means never.</source>
        <translation>Gezählt, solange nichts vorangeht. 0 heißt nie.</translation>
    </message>
    <message>
        <source> s</source>
        <translation> s</translation>
    </message>
    <message>
        <source>Remove files that no model needs</source>
        <translation>Dateien entfernen, die kein Modell braucht</translation>
    </message>
    <message>
        <source>Files are shared between models; the last one takes them along.</source>
        <translation>Modelle teilen sich Dateien; das letzte nimmt sie mit.</translation>
    </message>
    <message>
        <source>Figures for Prometheus</source>
        <translation>Messwerte für Prometheus</translation>
    </message>
    <message>
        <source>At the address of Puna, followed by /metrics.</source>
        <translation>Unter der Adresse von Puna, gefolgt von /metrics.</translation>
    </message>
    <message>
        <source>Newer versions of Puna</source>
        <translation>Neuere Versionen von Puna</translation>
    </message>
    <message>
        <source>Asked for once a day at most.</source>
        <translation>Es wird höchstens einmal am Tag gefragt.</translation>
    </message>
    <message>
        <source>I look for them myself</source>
        <translation>Ich sehe selbst danach</translation>
    </message>
    <message>
        <source>tell me when there is one</source>
        <translation>sagen, wenn es eine gibt</translation>
    </message>
    <message>
        <source>Address that tells of them</source>
        <translation>Adresse, die davon weiß</translation>
    </message>
    <message>
        <source>Only for who serves updates in a company&apos;s own network. They have to be signed all the same.</source>
        <translation>Nur für den, der Updates im Netz einer Firma bereitstellt. Unterschrieben sein müssen sie trotzdem.</translation>
    </message>
    <message>
        <source>Web pages that may use Puna</source>
        <translation>Webseiten, die Puna nutzen dürfen</translation>
    </message>
    <message>
        <source>Addresses with commas between them; * stands for anything. Pages that were refused can be allowed in the Connect window.</source>
        <translation>Adressen, durch Kommas getrennt; * steht für Beliebiges. Abgewiesene Seiten lassen sich im Fenster „Programme verbinden“ erlauben.</translation>
    </message>
    <message>
        <source>Answer word by word</source>
        <translation>Wort für Wort antworten</translation>
    </message>
    <message>
        <source>What programs get that do not say which way they want it.</source>
        <translation>Für Programme, die nicht sagen, wie sie es wollen.</translation>
    </message>
    <message>
        <source>Context length</source>
        <translation>Kontextlänge</translation>
    </message>
    <message>
        <source>How much of a conversation a model can bear in mind, in tokens: four of them are about three words. More needs more memory.</source>
        <translation>Wie viel von einem Gespräch sich ein Modell merken kann, in Token: Vier davon sind etwa drei Wörter. Mehr braucht mehr Speicher.</translation>
    </message>
    <message>
        <source>as much as fits comfortably</source>
        <translation>so viel, wie bequem passt</translation>
    </message>
    <message>
        <source>Answers at the same time</source>
        <translation>Antworten gleichzeitig</translation>
    </message>
    <message>
        <source>Of one model; more requests wait their turn.</source>
        <translation>Von einem Modell; weitere Anfragen warten, bis sie an der Reihe sind.</translation>
    </message>
    <message>
        <source>Layers on the graphics card</source>
        <translation>Schichten auf der Grafikkarte</translation>
    </message>
    <message>
        <source>No more than so many; with 0, the processor does everything.</source>
        <translation>Höchstens so viele; bei 0 macht der Prozessor alles.</translation>
    </message>
    <message>
        <source>as many as have room</source>
        <translation>so viele, wie Platz haben</translation>
    </message>
    <message>
        <source>Use all graphics cards</source>
        <translation>Alle Grafikkarten benutzen</translation>
    </message>
    <message>
        <source>For models that one card has room for, too.</source>
        <translation>Auch für Modelle, die auf einer Karte Platz haben.</translation>
    </message>
    <message>
        <source>Keep free on each graphics card</source>
        <translation>Auf jeder Grafikkarte frei lassen</translation>
    </message>
    <message>
        <source>For games and other programs that need its memory.</source>
        <translation>Für Spiele und andere Programme, die ihren Speicher brauchen.</translation>
    </message>
    <message>
        <source> MB</source>
        <translation> MB</translation>
    </message>
    <message>
        <source>Models that nobody uses leave then, and come back when they are asked.</source>
        <translation>Modelle, die niemand benutzt, werden dann entladen und bei der nächsten Anfrage wieder geladen.</translation>
    </message>
    <message>
        <source>never</source>
        <translation>nie</translation>
    </message>
    <message>
        <source>Load models for which memory is too short</source>
        <translation>Auch Modelle laden, für die der Speicher nicht reicht</translation>
    </message>
    <message>
        <source>The computer then keeps moving data between memory and disk, and gets very slow.</source>
        <translation>Der Computer schiebt dann ständig Daten zwischen Arbeitsspeicher und Datenträger hin und her und wird sehr langsam.</translation>
    </message>
    <message>
        <source>Models in memory at the same time</source>
        <translation>Modelle gleichzeitig im Speicher</translation>
    </message>
    <message>
        <source>The one that is needed least makes room for another.</source>
        <translation>Das am wenigsten gebrauchte macht einem anderen Platz.</translation>
    </message>
    <message>
        <source>three for each graphics card, or three</source>
        <translation>drei je Grafikkarte, sonst drei</translation>
    </message>
    <message>
        <source>Models that are always ready</source>
        <translation>Modelle, die immer bereit sind</translation>
    </message>
    <message>
        <source>They are loaded when Puna starts, and stay in memory. Names with commas between them.</source>
        <translation>Sie werden beim Start von Puna geladen und bleiben im Arbeitsspeicher. Namen, mit Kommas getrennt.</translation>
    </message>
    <message>
        <source>Free the memory when the battery is below</source>
        <translation>Arbeitsspeicher freigeben, wenn der Akku unter diesem Stand ist</translation>
    </message>
    <message>
        <source> %</source>
        <translation> %</translation>
    </message>
    <message>
        <source>Precision of the model&apos;s notes</source>
        <translation>Genauigkeit der Notizen</translation>
    </message>
    <message>
        <source>What a model notes about the conversation takes half of the memory with q8_0, and a quarter with q4_0, which can make answers worse.</source>
        <translation>Was sich ein Modell zum Gespräch notiert, braucht mit q8_0 halb so viel Speicher und mit q4_0 ein Viertel; das kann Antworten verschlechtern.</translation>
    </message>
    <message>
        <source>f16, and q8_0 where memory is short</source>
        <translation>f16, und q8_0, wo der Speicher knapp ist</translation>
    </message>
    <message>
        <source>f16 (as usual)</source>
        <translation>f16 (wie üblich)</translation>
    </message>
    <message>
        <source>q8_0 (half of it)</source>
        <translation>q8_0 (halb so viel)</translation>
    </message>
    <message>
        <source>Answer computers from the internet</source>
        <translation>Computern aus dem Internet antworten</translation>
    </message>
    <message>
        <source>Else only those of private networks get in, key or not.</source>
        <translation>Sonst kommen nur solche aus privaten Netzen herein, Schlüssel hin oder her.</translation>
    </message>
    <message>
        <source>Trusted proxies</source>
        <translation>Vertraute Proxys</translation>
    </message>
    <message>
        <source>Addresses that are believed when they say who asks, with commas.</source>
        <translation>Adressen, denen geglaubt wird, wer fragt; durch Kommas getrennt.</translation>
    </message>
    <message>
        <source>Encryption between computers</source>
        <translation>Verschlüsselung zwischen Computern</translation>
    </message>
    <message>
        <source>Programs of this computer need none.</source>
        <translation>Programme auf diesem Computer brauchen keine.</translation>
    </message>
    <message>
        <source>with a certificate made by Puna</source>
        <translation>mit einem Zertifikat von Puna</translation>
    </message>
    <message>
        <source>with my certificate</source>
        <translation>mit meinem Zertifikat</translation>
    </message>
    <message>
        <source>File of my certificate</source>
        <translation>Datei meines Zertifikats</translation>
    </message>
    <message>
        <source>PEM, with the certificates of its issuers.</source>
        <translation>PEM, mit den Zertifikaten seiner Aussteller.</translation>
    </message>
    <message>
        <source>File of its private key</source>
        <translation>Datei seines privaten Schlüssels</translation>
    </message>
    <message>
        <source>PEM, without a password.</source>
        <translation>PEM, ohne Kennwort.</translation>
    </message>
    <message>
        <source>not at all</source>
        <translation>gar nicht</translation>
    </message>
    <message>
        <source>5 minutes</source>
        <translation>5 Minuten</translation>
    </message>
    <message>
        <source>30 minutes</source>
        <translation>30 Minuten</translation>
    </message>
    <message>
        <source>1 hour</source>
        <translation>1 Stunde</translation>
    </message>
    <message>
        <source>1 day</source>
        <translation>1 Tag</translation>
    </message>
    <message>
        <source>as long as Puna runs</source>
        <translation>solange Puna läuft</translation>
    </message>
</context>
<context>
    <name>Figures</name>
    <message>
        <source>%1 %</source>
        <translation>%1&#xa0;%</translation>
    </message>
    <message>
        <source>%1 s left</source>
        <translation>noch %1&#xa0;s</translation>
    </message>
    <message>
        <source>%1 min left</source>
        <translation>noch %1&#xa0;min</translation>
    </message>
    <message>
        <source>%1 h %2 min left</source>
        <translation>noch %1&#xa0;h %2&#xa0;min</translation>
    </message>
    <message>
        <source>about %1 s</source>
        <translation>etwa %1 s</translation>
    </message>
    <message>
        <source>about %1 min</source>
        <translation>etwa %1 min</translation>
    </message>
    <message>
        <source>about %1 h %2 min</source>
        <translation>etwa %1 h %2 min</translation>
    </message>
    <message>
        <source>%1/s</source>
        <translation>%1/s</translation>
    </message>
    <message>
        <source>today</source>
        <translation>heute</translation>
    </message>
    <message>
        <source>yesterday</source>
        <translation>gestern</translation>
    </message>
    <message>
        <source>%1 tokens/s</source>
        <translation>%1 Token/s</translation>
    </message>
    <message>
        <source>first word after %1 s</source>
        <translation>erstes Wort nach %1&#xa0;s</translation>
    </message>
    <message>
        <source>, </source>
        <translation>, </translation>
    </message>
    <message>
        <source>Loading the model: %1 s</source>
        <translation>Laden des Modells: %1&#xa0;s</translation>
    </message>
</context>
<context>
    <name>FirstRunWindow</name>
    <message>
        <source>Welcome to Puna</source>
        <translation>Willkommen bei Puna</translation>
    </message>
    <message>
        <source>Looking at this computer…</source>
        <translation>Puna sieht sich diesen Computer an…</translation>
    </message>
    <message>
        <source>What you write stays on this computer: there is no account, and nothing is reported to anybody.</source>
        <translation>Was Sie schreiben, bleibt auf diesem Computer: Es gibt kein Konto, und niemandem wird etwas gemeldet.</translation>
    </message>
    <message>
        <source>&amp;Something else…</source>
        <translation>&amp;Etwas anderes…</translation>
    </message>
    <message>
        <source>&amp;Use them</source>
        <translation>&amp;Verwenden</translation>
    </message>
    <message>
        <source>Puna runs language models on your own computer, for you and your programs.</source>
        <translation>Puna lässt Sprachmodelle auf Ihrem eigenen Computer laufen, für Sie und Ihre Programme.</translation>
    </message>
    <message>
        <source>This computer has %1 of memory, %2, and %3 free on its disk.</source>
        <translation>Dieser Computer hat %1 Arbeitsspeicher, %2 und %3 freien Platz auf dem Datenträger.</translation>
    </message>
    <message>
        <source>This computer has %1 of memory, and %2 free on its disk.</source>
        <translation>Dieser Computer hat %1 Arbeitsspeicher und %2 freien Platz auf dem Datenträger.</translation>
    </message>
    <message>
        <source>This computer has %1 of memory.</source>
        <translation>Dieser Computer hat %1 Arbeitsspeicher.</translation>
    </message>
    <message>
        <source>%1 to download</source>
        <translation>%1 groß</translation>
    </message>
    <message>
        <source>It takes %1, and the disk has not so much room: free some, or choose a smaller one.</source>
        <translation>Es braucht %1, und so viel Platz ist nicht frei: Schaffen Sie Platz, oder wählen Sie ein kleineres.</translation>
    </message>
    <message>
        <source>&amp;How long will that take?</source>
        <translation>&amp;Wie lange dauert das?</translation>
    </message>
    <message>
        <source>Puna reads the beginning of the file to find out.</source>
        <translation>Puna liest dazu den Anfang der Datei.</translation>
    </message>
    <message>
        <source>looking…</source>
        <translation>wird nachgesehen…</translation>
    </message>
    <message>
        <source>the connection was too quick to tell how long it takes</source>
        <translation>die Verbindung war zu schnell, um zu sagen, wie lange es dauert</translation>
    </message>
    <message>
        <source>%1 at the speed of your connection now</source>
        <translation>%1 bei der jetzigen Geschwindigkeit Ihrer Verbindung</translation>
    </message>
    <message>
        <source>It writes %1.</source>
        <translation>Es schreibt %1.</translation>
    </message>
    <message numerus="yes">
        <source>%n model(s) of %1 can be used here, too, without a copy.</source>
        <translation>
            <numerusform>Ein Modell von %1 lässt sich auch hier verwenden, ohne Kopie.</numerusform>
            <numerusform>%n Modelle von %1 lassen sich auch hier verwenden, ohne Kopie.</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Download %1</source>
        <translation>%1 &amp;herunterladen</translation>
    </message>
    <message>
        <source>&amp;Choose a model…</source>
        <translation>&amp;Modell auswählen…</translation>
    </message>
    <message>
        <source>&amp;Try now</source>
        <translation>&amp;Jetzt ausprobieren</translation>
    </message>
    <message>
        <source>Try now with %1, which is here already</source>
        <translation>Jetzt mit %1 ausprobieren, das schon da ist</translation>
    </message>
    <message>
        <source>Downloading…</source>
        <translation>Wird heruntergeladen…</translation>
    </message>
    <message>
        <source>Starting…</source>
        <translation>Beginnt…</translation>
    </message>
    <message>
        <source>Waiting, and goes on by itself. %1</source>
        <translation>Wartet und macht von selbst weiter. %1</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>Adding %1</source>
        <translation>%1 wird hinzugefügt</translation>
    </message>
    <message>
        <source>%1 is ready.</source>
        <translation>%1 ist bereit.</translation>
    </message>
    <message>
        <source>&amp;Start a chat</source>
        <translation>&amp;Chat beginnen</translation>
    </message>
</context>
<context>
    <name>FolderDialog</name>
    <message>
        <source>Folder of the models</source>
        <translation>Ordner der Modelle</translation>
    </message>
    <message>
        <source>&amp;Choose…</source>
        <translation>&amp;Auswählen…</translation>
    </message>
    <message>
        <source>Choose a folder</source>
        <translation>Ordner auswählen</translation>
    </message>
    <message>
        <source>&amp;Use this folder</source>
        <translation>&amp;Diesen Ordner verwenden</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Puna looks for models in this folder, and puts new ones there. A change holds from the next start of Puna on.

Models that are in the old folder now stay there, and Puna no longer shows them. To keep them, quit Puna and move what is in the old folder to the new one; then start Puna again.</source>
        <translation>In diesem Ordner sucht Puna Modelle und legt neue ab. Eine Änderung gilt ab dem nächsten Start von Puna.

Modelle, die jetzt im alten Ordner sind, bleiben dort, und Puna zeigt sie nicht mehr. Um sie zu behalten, beenden Sie Puna, verschieben den Inhalt des alten Ordners in den neuen und starten Puna wieder.</translation>
    </message>
    <message>
        <source>&amp;Folder</source>
        <translation>&amp;Ordner</translation>
    </message>
    <message>
        <source>Where models are kept</source>
        <translation>Wo die Modelle liegen</translation>
    </message>
    <message>
        <source>The folder was set for this start of Puna, so it cannot be moved here.</source>
        <translation>Der Ordner wurde für diesen Start von Puna festgelegt und lässt sich deshalb hier nicht ändern.</translation>
    </message>
</context>
<context>
    <name>FolderMenu</name>
    <message>
        <source>&amp;Rename</source>
        <translation>&amp;Umbenennen</translation>
    </message>
    <message>
        <source>Remove the &amp;folder, keep its chats</source>
        <translation>&amp;Ordner entfernen, Chats behalten</translation>
    </message>
</context>
<context>
    <name>Footer</name>
    <message>
        <source>Show the version before this one</source>
        <translation>Vorige Fassung zeigen</translation>
    </message>
    <message>
        <source>Show the next version</source>
        <translation>Nächste Fassung zeigen</translation>
    </message>
    <message>
        <source>Copy the message</source>
        <translation>Nachricht kopieren</translation>
    </message>
    <message>
        <source>Answer once more</source>
        <translation>Noch einmal antworten</translation>
    </message>
    <message>
        <source>Change and send again</source>
        <translation>Ändern und noch einmal senden</translation>
    </message>
    <message>
        <source>Delete from here on</source>
        <translation>Ab hier löschen</translation>
    </message>
    <message>
        <source>Speed of the answer</source>
        <translation>Geschwindigkeit der Antwort</translation>
    </message>
</context>
<context>
    <name>FoundPart</name>
    <message>
        <source>Other programs have models, too</source>
        <translation>Auch andere Programme haben Modelle</translation>
    </message>
    <message>
        <source>Puna can use them where they are: nothing is copied or changed.</source>
        <translation>Puna kann sie dort verwenden, wo sie sind: Nichts wird kopiert oder verändert.</translation>
    </message>
    <message>
        <source>Use all</source>
        <translation>Alle verwenden</translation>
    </message>
    <message>
        <source>Use all models of other programs</source>
        <translation>Alle Modelle anderer Programme verwenden</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>Verwenden</translation>
    </message>
    <message>
        <source>Use %1 of %2</source>
        <translation>%1 von %2 verwenden</translation>
    </message>
</context>
<context>
    <name>GeneralPage</name>
    <message>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>Holds at once, in all windows.</source>
        <translation>Gilt sofort, in allen Fenstern.</translation>
    </message>
    <message>
        <source>Light or dark</source>
        <translation>Hell oder dunkel</translation>
    </message>
    <message>
        <source>Colours of the windows.</source>
        <translation>Farben der Fenster.</translation>
    </message>
    <message>
        <source>Start Puna when I log in</source>
        <translation>Puna starten, wenn ich mich anmelde</translation>
    </message>
    <message>
        <source>Puna then waits in the tray, and loads no model before one asks.</source>
        <translation>Puna wartet dann im Infobereich und lädt kein Modell, bevor jemand fragt.</translation>
    </message>
    <message>
        <source>Ask before a link of an answer is opened</source>
        <translation>Fragen, bevor ein Link aus einer Antwort geöffnet wird</translation>
    </message>
    <message>
        <source>The address is shown before the browser goes there.</source>
        <translation>Die Adresse wird gezeigt, bevor der Browser sie öffnet.</translation>
    </message>
    <message>
        <source>as the system</source>
        <translation>wie das System</translation>
    </message>
    <message>
        <source>light</source>
        <translation>hell</translation>
    </message>
    <message>
        <source>dark</source>
        <translation>dunkel</translation>
    </message>
    <message>
        <source>Tell me when a download is ready</source>
        <translation>Melden, wenn ein Download fertig ist</translation>
    </message>
    <message>
        <source>A notification of the system, also while no window is open.</source>
        <translation>Als Mitteilung des Systems, auch wenn kein Fenster offen ist.</translation>
    </message>
    <message>
        <source>Tell me when a model was too large</source>
        <translation>Melden, wenn ein Modell zu groß war</translation>
    </message>
    <message>
        <source>And what Puna did so that it runs after all.</source>
        <translation>Und was Puna getan hat, damit es doch läuft.</translation>
    </message>
    <message>
        <source>Tell me when a program or web page waits for permission</source>
        <translation>Melden, wenn ein Programm oder eine Webseite auf Erlaubnis wartet</translation>
    </message>
    <message>
        <source>Without it, they are found in the Connect window.</source>
        <translation>Sonst stehen sie im Fenster „Programme verbinden“.</translation>
    </message>
</context>
<context>
    <name>HelpWindow</name>
    <message>
        <source>Help for Puna</source>
        <translation>Hilfe zu Puna</translation>
    </message>
    <message>
        <source>Pages of the help</source>
        <translation>Seiten der Hilfe</translation>
    </message>
    <message>
        <source>The page</source>
        <translation>Die Seite</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>Hilfe</translation>
    </message>
</context>
<context>
    <name>InstalledCard</name>
    <message>
        <source>Chat</source>
        <translation>Chatten</translation>
    </message>
    <message>
        <source>Chat with %1</source>
        <translation>Mit %1 chatten</translation>
    </message>
    <message>
        <source>More</source>
        <translation>Mehr</translation>
    </message>
    <message>
        <source>More about %1</source>
        <translation>Mehr zu %1</translation>
    </message>
    <message>
        <source>&amp;Free its memory</source>
        <translation>&amp;Speicher freigeben</translation>
    </message>
    <message>
        <source>&amp;Details…</source>
        <translation>&amp;Details…</translation>
    </message>
    <message>
        <source>&amp;Why will it not run?</source>
        <translation>&amp;Warum läuft es nicht?</translation>
    </message>
    <message>
        <source>De&amp;lete</source>
        <translation>&amp;Löschen</translation>
    </message>
    <message>
        <source>Cannot run</source>
        <translation>Läuft nicht</translation>
    </message>
    <message>
        <source>In memory, %1</source>
        <translation>Im Speicher, %1</translation>
    </message>
    <message>
        <source>last used: %1</source>
        <translation>zuletzt benutzt: %1</translation>
    </message>
    <message>
        <source>added: %1</source>
        <translation>hinzugefügt: %1</translation>
    </message>
    <message>
        <source>in %1</source>
        <translation>in %1</translation>
    </message>
    <message>
        <source>the same files as %1, so no extra space</source>
        <translation>dieselben Dateien wie %1, also kein weiterer Platz</translation>
    </message>
</context>
<context>
    <name>InstalledPresenter</name>
    <message>
        <source>%1 would run well here.</source>
        <translation>%1 liefe hier gut.</translation>
    </message>
    <message>
        <source>Nothing is known against it. %1</source>
        <translation>Nichts spricht dagegen, dass es läuft. %1</translation>
    </message>
    <message>
        <source>It may run, but slowly. %1</source>
        <translation>Es läuft vielleicht, aber langsam. %1</translation>
    </message>
</context>
<context>
    <name>InstalledTab</name>
    <message>
        <source>Add a &amp;file…</source>
        <translation>Datei &amp;hinzufügen…</translation>
    </message>
    <message>
        <source>F&amp;older…</source>
        <translation>&amp;Ordner…</translation>
    </message>
    <message>
        <source>Folder of the models</source>
        <translation>Ordner der Modelle</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Models on this computer</source>
        <translation>Modelle auf diesem Computer</translation>
    </message>
    <message>
        <source>There are no models yet</source>
        <translation>Noch ist kein Modell da</translation>
    </message>
    <message>
        <source>Download one, or drop a model&apos;s file (.gguf) onto this window to copy it to Puna&apos;s models.</source>
        <translation>Laden Sie eines herunter, oder ziehen Sie die Datei eines Modells (.gguf) in dieses Fenster; sie wird zu Punas Modellen kopiert.</translation>
    </message>
    <message>
        <source>Find a model</source>
        <translation>Modell suchen</translation>
    </message>
    <message numerus="yes">
        <source>%n model(s)</source>
        <translation>
            <numerusform>%n Modell</numerusform>
            <numerusform>%n Modelle</numerusform>
        </translation>
    </message>
    <message>
        <source>The models cannot be shown</source>
        <translation>Die Modelle lassen sich nicht zeigen</translation>
    </message>
    <message>
        <source>Adding %1</source>
        <translation>%1 wird hinzugefügt</translation>
    </message>
    <message>
        <source>Add models from files</source>
        <translation>Modelle aus Dateien hinzufügen</translation>
    </message>
    <message>
        <source>Models (*.gguf)</source>
        <translation>Modelle (*.gguf)</translation>
    </message>
    <message>
        <source>Looking what is there…</source>
        <translation>Puna sieht nach, was da ist…</translation>
    </message>
</context>
<context>
    <name>Keys</name>
    <message>
        <source>Chat</source>
        <translation>Chat</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>Status</source>
        <translation>Status</translation>
    </message>
    <message>
        <source>Connect programs</source>
        <translation>Programme verbinden</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>Hilfe</translation>
    </message>
    <message>
        <source>This list</source>
        <translation>Diese Liste</translation>
    </message>
    <message>
        <source>Close this window</source>
        <translation>Dieses Fenster schließen</translation>
    </message>
    <message>
        <source>Quit Puna</source>
        <translation>Puna beenden</translation>
    </message>
</context>
<context>
    <name>Knob</name>
    <message>
        <source>As usual</source>
        <translation>Wie üblich</translation>
    </message>
    <message>
        <source>%1: back to what is usual</source>
        <translation>%1: zurück zum Üblichen</translation>
    </message>
</context>
<context>
    <name>Links</name>
    <message>
        <source>Open a link</source>
        <translation>Link öffnen</translation>
    </message>
    <message>
        <source>Open this address in your browser?</source>
        <translation>Diese Adresse im Browser öffnen?</translation>
    </message>
    <message>
        <source>%1

Models sometimes make up addresses. Open it only if you know the place.</source>
        <translation>%1

Modelle erfinden manchmal Adressen. Öffnen Sie sie nur, wenn Sie sie kennen.</translation>
    </message>
    <message>
        <source>Do not ask again</source>
        <translation>Nicht mehr fragen</translation>
    </message>
</context>
<context>
    <name>MachineView</name>
    <message>
        <source>Memory</source>
        <translation>Arbeitsspeicher</translation>
    </message>
    <message>
        <source>Processor</source>
        <translation>Prozessor</translation>
    </message>
    <message>
        <source>Graphics card</source>
        <translation>Grafikkarte</translation>
    </message>
    <message>
        <source>%1 of %2 in use</source>
        <translation>%1 von %2 belegt</translation>
    </message>
    <message>
        <source>%1 of %2 in use, %3 of them by models</source>
        <translation>%1 von %2 belegt, davon %3 durch Modelle</translation>
    </message>
    <message>
        <source>The first figure comes in a second.</source>
        <translation>Der erste Wert kommt gleich.</translation>
    </message>
    <message numerus="yes">
        <source>%n core(s)</source>
        <translation>
            <numerusform>%n Kern</numerusform>
            <numerusform>%n Kerne</numerusform>
        </translation>
    </message>
    <message>
        <source>%1, %2 used by models</source>
        <translation>%1, %2 durch Modelle genutzt</translation>
    </message>
    <message>
        <source>Graphics memory</source>
        <translation>Grafikspeicher</translation>
    </message>
    <message>
        <source>%1: its driver does not tell how busy it is.</source>
        <translation>%1: Der Treiber verrät die Auslastung nicht.</translation>
    </message>
    <message>
        <source>%1 sleeps, to save power.</source>
        <translation>%1 ruht, um Strom zu sparen.</translation>
    </message>
    <message>
        <source>%1 is gone. Models run without it until it is back.</source>
        <translation>%1 ist weg. Modelle laufen ohne sie, bis sie wieder da ist.</translation>
    </message>
    <message>
        <source>%1: its driver does not answer. Is it installed?</source>
        <translation>%1: Der Treiber antwortet nicht. Ist er installiert?</translation>
    </message>
    <message>
        <source>It does not answer any more.</source>
        <translation>Sie antwortet nicht mehr.</translation>
    </message>
    <message>
        <source>This system does not tell Puna about its graphics cards.</source>
        <translation>Dieses System verrät Puna nichts über seine Grafikkarten.</translation>
    </message>
    <message>
        <source>None was found. Models run on the processor.</source>
        <translation>Keine gefunden. Modelle laufen auf dem Prozessor.</translation>
    </message>
    <message>
        <source>No battery</source>
        <translation>Kein Akku</translation>
    </message>
    <message>
        <source>On battery, %1 % left</source>
        <translation>Akkubetrieb, noch %1&#xa0;%</translation>
    </message>
    <message>
        <source>Plugged in, battery at %1 %</source>
        <translation>Am Netz, Akku bei %1&#xa0;%</translation>
    </message>
    <message>
        <source>The disk of the models cannot be read</source>
        <translation>Der Datenträger der Modelle lässt sich nicht lesen</translation>
    </message>
    <message>
        <source>%1 free on the disk of the models</source>
        <translation>%1 frei auf dem Datenträger der Modelle</translation>
    </message>
</context>
<context>
    <name>MenuText</name>
    <message numerus="yes">
        <source>%n request(s) at work</source>
        <translation>
            <numerusform>%n Anfrage in Arbeit</numerusform>
            <numerusform>%n Anfragen in Arbeit</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 of memory in all</source>
        <translation>%1 Arbeitsspeicher insgesamt</translation>
    </message>
    <message>
        <source>the server does not answer</source>
        <translation>der Server antwortet nicht</translation>
    </message>
    <message>
        <source>loading %1</source>
        <translation>lädt %1</translation>
    </message>
    <message>
        <source>answering you</source>
        <translation>antwortet Ihnen</translation>
    </message>
    <message>
        <source>answering %1</source>
        <translation>antwortet %1</translation>
    </message>
    <message>
        <source>answering another program</source>
        <translation>antwortet einem anderen Programm</translation>
    </message>
    <message>
        <source>paused for other programs</source>
        <translation>pausiert für andere Programme</translation>
    </message>
    <message>
        <source>ready</source>
        <translation>bereit</translation>
    </message>
    <message>
        <source>ready, no model in memory</source>
        <translation>bereit, kein Modell im Speicher</translation>
    </message>
    <message>
        <source>Open &amp;chat</source>
        <translation>&amp;Chat öffnen</translation>
    </message>
    <message>
        <source>&amp;Models…</source>
        <translation>&amp;Modelle…</translation>
    </message>
    <message>
        <source>&amp;Status…</source>
        <translation>&amp;Status…</translation>
    </message>
    <message>
        <source>Connect &amp;programs…</source>
        <translation>P&amp;rogramme verbinden…</translation>
    </message>
    <message>
        <source>S&amp;ettings…</source>
        <translation>&amp;Einstellungen…</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <source>&amp;Quit Puna</source>
        <translation>Puna &amp;beenden</translation>
    </message>
    <message>
        <source>The server does not answer</source>
        <translation>Der Server antwortet nicht</translation>
    </message>
    <message>
        <source>&amp;Load a model</source>
        <translation>Modell &amp;laden</translation>
    </message>
    <message>
        <source>Get a model…</source>
        <translation>Modell holen…</translation>
    </message>
    <message>
        <source>%1 – being loaded</source>
        <translation>%1 – wird geladen</translation>
    </message>
    <message>
        <source>%1 – %2 in memory</source>
        <translation>%1 – %2 im Speicher</translation>
    </message>
    <message>
        <source>&amp;Unload, frees the memory</source>
        <translation>&amp;Entladen, gibt den Speicher frei</translation>
    </message>
    <message>
        <source>&amp;Chat with it</source>
        <translation>&amp;Damit chatten</translation>
    </message>
    <message>
        <source>slow, memory is short</source>
        <translation>langsam, der Speicher ist knapp</translation>
    </message>
    <message>
        <source>on the processor</source>
        <translation>auf dem Prozessor</translation>
    </message>
    <message>
        <source>%1 % on the graphics card</source>
        <translation>%1 % auf der Grafikkarte</translation>
    </message>
    <message>
        <source>%1k context</source>
        <translation>%1k Kontext</translation>
    </message>
    <message>
        <source>%1 – download paused</source>
        <translation>%1 – Download angehalten</translation>
    </message>
    <message>
        <source>%1 – download waits</source>
        <translation>%1 – Download wartet</translation>
    </message>
    <message>
        <source>%1 – download begins</source>
        <translation>%1 – Download beginnt</translation>
    </message>
    <message>
        <source>%1 – %2 % downloaded</source>
        <translation>%1 – %2&#xa0;% heruntergeladen</translation>
    </message>
    <message>
        <source>&amp;Pause for other programs</source>
        <translation>Für andere Programme &amp;pausieren</translation>
    </message>
    <message>
        <source>Copy &amp;address</source>
        <translation>&amp;Adresse kopieren</translation>
    </message>
</context>
<context>
    <name>Message</name>
    <message>
        <source>Answer</source>
        <translation>Antwort</translation>
    </message>
    <message>
        <source>You: %1</source>
        <translation>Sie: %1</translation>
    </message>
    <message>
        <source>Answer: %1</source>
        <translation>Antwort: %1</translation>
    </message>
</context>
<context>
    <name>ModelCard</name>
    <message>
        <source>Other sizes</source>
        <translation>Andere Größen</translation>
    </message>
    <message>
        <source>Other sizes of %1</source>
        <translation>Andere Größen von %1</translation>
    </message>
    <message>
        <source>%1. Its publisher asks for an account there, so Puna cannot load it.</source>
        <translation>%1. Der Herausgeber verlangt dort ein Konto, deshalb kann Puna es nicht laden.</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>Chatten</translation>
    </message>
    <message>
        <source>Installed</source>
        <translation>Installiert</translation>
    </message>
    <message>
        <source>Chat with %1</source>
        <translation>Mit %1 chatten</translation>
    </message>
    <message>
        <source>Waiting…</source>
        <translation>Wartet…</translation>
    </message>
    <message>
        <source>%1 is being downloaded: %2</source>
        <translation>%1 wird heruntergeladen: %2</translation>
    </message>
    <message>
        <source>Download…</source>
        <translation>Herunterladen…</translation>
    </message>
    <message>
        <source>Download %1, %2</source>
        <translation>%1 herunterladen, %2</translation>
    </message>
    <message>
        <source>Looking which sizes there are…</source>
        <translation>Puna sieht nach, welche Größen es gibt…</translation>
    </message>
    <message>
        <source>Keep in memory</source>
        <translation>Im Speicher behalten</translation>
    </message>
    <message>
        <source>Keep %1 in memory</source>
        <translation>%1 im Speicher behalten</translation>
    </message>
    <message>
        <source>It answers at once then, and its memory stays taken.</source>
        <translation>Es antwortet dann sofort, und sein Speicher bleibt belegt.</translation>
    </message>
    <message>
        <source>Also after a start</source>
        <translation>Auch nach dem Start</translation>
    </message>
    <message>
        <source>Load %1 whenever Puna starts</source>
        <translation>%1 bei jedem Start von Puna laden</translation>
    </message>
    <message>
        <source>It is loaded whenever Puna starts, and makes room for none.</source>
        <translation>Es wird bei jedem Start von Puna geladen und macht keinem anderen Platz.</translation>
    </message>
    <message>
        <source>Unload</source>
        <translation>Entladen</translation>
    </message>
    <message>
        <source>Unload %1</source>
        <translation>%1 entladen</translation>
    </message>
    <message>
        <source>Frees its memory. It is loaded again when it is asked.</source>
        <translation>Gibt seinen Speicher frei. Wird es gefragt, wird es wieder geladen.</translation>
    </message>
    <message>
        <source>Model %1</source>
        <translation>Modell %1</translation>
    </message>
    <message>
        <source>Context %1</source>
        <translation>Kontext %1</translation>
    </message>
    <message>
        <source>Workspace %1</source>
        <translation>Rechenbereich %1</translation>
    </message>
    <message>
        <source>%1 of memory</source>
        <translation>%1 Arbeitsspeicher</translation>
    </message>
    <message>
        <source>context of %1 tokens</source>
        <translation>Kontext von %1 Token</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>ready</source>
        <translation>bereit</translation>
    </message>
    <message>
        <source>loading</source>
        <translation>lädt</translation>
    </message>
    <message>
        <source>loading, %1</source>
        <translation>lädt, %1</translation>
    </message>
    <message>
        <source>leaving</source>
        <translation>wird entladen</translation>
    </message>
    <message>
        <source>answering</source>
        <translation>antwortet</translation>
    </message>
    <message>
        <source>last answer: %1</source>
        <translation>letzte Antwort: %1</translation>
    </message>
</context>
<context>
    <name>ModelPicker</name>
    <message>
        <source>Choose the model</source>
        <translation>Modell auswählen</translation>
    </message>
    <message>
        <source>Choose a model</source>
        <translation>Modell auswählen</translation>
    </message>
    <message>
        <source>No model yet</source>
        <translation>Noch kein Modell</translation>
    </message>
    <message>
        <source>Model: %1. Choose another one</source>
        <translation>Modell: %1. Ein anderes auswählen</translation>
    </message>
    <message>
        <source>not in memory yet</source>
        <translation>noch nicht im Speicher</translation>
    </message>
    <message>
        <source>There is no model on this computer yet. Get one first:</source>
        <translation>Auf diesem Computer ist noch kein Modell. Holen Sie erst eines:</translation>
    </message>
    <message>
        <source>“%1” is not on this computer any more. Choose another model:</source>
        <translation>„%1“ ist nicht mehr auf diesem Computer. Wählen Sie ein anderes Modell:</translation>
    </message>
    <message>
        <source>sees images</source>
        <translation>sieht Bilder</translation>
    </message>
    <message>
        <source>hears</source>
        <translation>hört</translation>
    </message>
    <message>
        <source>uses tools</source>
        <translation>nutzt Werkzeuge</translation>
    </message>
    <message>
        <source>thinks first</source>
        <translation>denkt erst nach</translation>
    </message>
    <message>
        <source>being loaded</source>
        <translation>wird geladen</translation>
    </message>
    <message>
        <source>in memory, %1</source>
        <translation>im Speicher, %1</translation>
    </message>
    <message>
        <source>needs %1, too large for here</source>
        <translation>braucht %1, hier zu groß</translation>
    </message>
    <message>
        <source>needs about %1</source>
        <translation>braucht etwa %1</translation>
    </message>
    <message>
        <source>%1 on the disk</source>
        <translation>%1 auf dem Datenträger</translation>
    </message>
</context>
<context>
    <name>ModelsWindow</name>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>&amp;Recommended</source>
        <translation>&amp;Empfohlen</translation>
    </message>
    <message>
        <source>&amp;Search</source>
        <translation>&amp;Suchen</translation>
    </message>
    <message>
        <source>On this &amp;computer</source>
        <translation>Auf diesem &amp;Computer</translation>
    </message>
    <message>
        <source>&amp;Downloads</source>
        <translation>&amp;Downloads</translation>
    </message>
    <message>
        <source>Search for models</source>
        <translation>Modelle suchen</translation>
    </message>
    <message>
        <source>Take a deletion back</source>
        <translation>Löschen rückgängig machen</translation>
    </message>
    <message>
        <source>%1 is being downloaded. It goes on when this window is closed.</source>
        <translation>%1 wird heruntergeladen. Das geht weiter, auch wenn dieses Fenster zu ist.</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>Zeigen</translation>
    </message>
    <message numerus="yes">
        <source>&amp;Downloads (%n)</source>
        <translation>
            <numerusform>&amp;Downloads (%n)</numerusform>
            <numerusform>&amp;Downloads (%n)</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 is ready.</source>
        <translation>%1 ist bereit.</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>Chatten</translation>
    </message>
    <message>
        <source>%1 will be deleted in 10 seconds.</source>
        <translation>%1 wird in 10 Sekunden gelöscht.</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>&amp;Rückgängig</translation>
    </message>
    <message>
        <source>Delete partial files</source>
        <translation>Teildateien löschen</translation>
    </message>
    <message numerus="yes">
        <source>Delete %n partial file(s)?</source>
        <translation>
            <numerusform>Eine Teildatei löschen?</numerusform>
            <numerusform>%n Teildateien löschen?</numerusform>
        </translation>
    </message>
    <message>
        <source>Downloads that they belong to begin again from the start.</source>
        <translation>Downloads, zu denen sie gehören, beginnen wieder von vorn.</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>%1 holds the models from the next start of Puna on.</source>
        <translation>Ab dem nächsten Start von Puna liegen die Modelle in %1.</translation>
    </message>
    <message>
        <source>%1 holds the models now.</source>
        <translation>Die Modelle liegen jetzt in %1.</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
</context>
<context>
    <name>Notice</name>
    <message>
        <source>Continue</source>
        <translation>Weiter</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Noch einmal versuchen</translation>
    </message>
    <message>
        <source>The answer reached its greatest length.</source>
        <translation>Die Antwort hat ihre größte Länge erreicht.</translation>
    </message>
    <message>
        <source>You stopped this answer.</source>
        <translation>Sie haben diese Antwort angehalten.</translation>
    </message>
    <message>
        <source>Puna ended in the middle of this answer.</source>
        <translation>Puna wurde mitten in dieser Antwort beendet.</translation>
    </message>
    <message>
        <source>No answer came.</source>
        <translation>Es kam keine Antwort.</translation>
    </message>
    <message numerus="yes">
        <source>The text was too long for this model: %n token(s) of it were left out.</source>
        <translation>
            <numerusform>Der Text war zu lang für dieses Modell: Ein Token fiel weg.</numerusform>
            <numerusform>Der Text war zu lang für dieses Modell: %n Token fielen weg.</numerusform>
        </translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Close this message</source>
        <translation>Diese Meldung schließen</translation>
    </message>
</context>
<context>
    <name>NoticeBar</name>
    <message>
        <source>Close this notice</source>
        <translation>Diesen Hinweis schließen</translation>
    </message>
    <message>
        <source>Close this message</source>
        <translation>Diese Meldung schließen</translation>
    </message>
</context>
<context>
    <name>Notices</name>
    <message>
        <source>Download finished</source>
        <translation>Download fertig</translation>
    </message>
    <message>
        <source>%1 is ready to chat.</source>
        <translation>%1 ist bereit zum Chatten.</translation>
    </message>
    <message>
        <source>%1 needs more memory than is free. It was not loaded, and %2 was told so. Close other programs, or choose a smaller size.</source>
        <translation>%1 braucht mehr Speicher, als frei ist. Es wurde nicht geladen; %2 weiß davon. Schließen Sie andere Programme, oder wählen Sie eine kleinere Größe.</translation>
    </message>
    <message>
        <source>the program that asked</source>
        <translation>das fragende Programm</translation>
    </message>
    <message>
        <source>Model too large</source>
        <translation>Modell zu groß</translation>
    </message>
    <message>
        <source>%1 was made to fit</source>
        <translation>%1 wurde passend gemacht</translation>
    </message>
    <message>
        <source>%1 wants to use your models. Nothing was sent; click to decide.</source>
        <translation>%1 möchte Ihre Modelle nutzen. Nichts wurde gesendet; klicken Sie, um zu entscheiden.</translation>
    </message>
    <message>
        <source>A web page asks for permission</source>
        <translation>Eine Webseite bittet um Erlaubnis</translation>
    </message>
    <message>
        <source>Puna %1 is there</source>
        <translation>Puna %1 ist da</translation>
    </message>
    <message>
        <source>Click to see what is new. Nothing is installed by itself.</source>
        <translation>Klicken Sie, um zu sehen, was neu ist. Nichts wird von selbst installiert.</translation>
    </message>
    <message>
        <source>It had been ended by another program. It answers at %1 now.</source>
        <translation>Ein anderes Programm hatte ihn beendet. Er antwortet jetzt unter %1.</translation>
    </message>
    <message>
        <source>Puna has started its server again</source>
        <translation>Puna hat seinen Server neu gestartet</translation>
    </message>
    <message>
        <source>That did not work</source>
        <translation>Das hat nicht geklappt</translation>
    </message>
</context>
<context>
    <name>Offer</name>
    <message>
        <source>%1 downloads</source>
        <translation>%1 Downloads</translation>
    </message>
    <message>
        <source>%1 parameters</source>
        <translation>%1 Parameter</translation>
    </message>
    <message>
        <source>Published by %1 on Hugging Face</source>
        <translation>Von %1 auf Hugging Face veröffentlicht</translation>
    </message>
    <message>
        <source>sees pictures</source>
        <translation>sieht Bilder</translation>
    </message>
    <message>
        <source>hears sound</source>
        <translation>hört Ton</translation>
    </message>
    <message>
        <source>uses tools</source>
        <translation>nutzt Werkzeuge</translation>
    </message>
    <message>
        <source>thinks first</source>
        <translation>denkt erst nach</translation>
    </message>
    <message>
        <source>writes code</source>
        <translation>schreibt Code</translation>
    </message>
    <message>
        <source>completes code</source>
        <translation>ergänzt Code</translation>
    </message>
    <message>
        <source>for searching in texts</source>
        <translation>zum Suchen in Texten</translation>
    </message>
</context>
<context>
    <name>Pace</name>
    <message>
        <source>less than a word a second here</source>
        <translation>hier weniger als ein Wort pro Sekunde</translation>
    </message>
    <message>
        <source>about a word a second here</source>
        <translation>hier etwa ein Wort pro Sekunde</translation>
    </message>
    <message>
        <source>about %1 words a second here</source>
        <translation>hier etwa %1 Wörter pro Sekunde</translation>
    </message>
    <message>
        <source>Judged by how fast %1 runs here.</source>
        <translation>Geschätzt danach, wie schnell %1 hier läuft.</translation>
    </message>
    <message>
        <source>Measured in its last answers on this computer.</source>
        <translation>Gemessen in seinen letzten Antworten auf diesem Computer.</translation>
    </message>
    <message>
        <source>Measured while this computer was busy with other things, too.</source>
        <translation>Gemessen, während dieser Computer auch anderes zu tun hatte.</translation>
    </message>
    <message>
        <source>How fast it is here will be known after the first answer of any model.</source>
        <translation>Wie schnell es hier ist, zeigt sich nach der ersten Antwort irgendeines Modells.</translation>
    </message>
    <message>
        <source>How fast it is here will be known after its first answer.</source>
        <translation>Wie schnell es hier ist, zeigt sich nach seiner ersten Antwort.</translation>
    </message>
</context>
<context>
    <name>PagesPage</name>
    <message>
        <source>Web pages</source>
        <translation>Webseiten</translation>
    </message>
    <message>
        <source>Pages in a browser can use your models only if you allow them. Nothing was sent to those below.</source>
        <translation>Seiten in einem Browser können Ihre Modelle nur nutzen, wenn Sie es erlauben. An die folgenden wurde nichts gesendet.</translation>
    </message>
    <message>
        <source>No page waits for an answer.</source>
        <translation>Keine Seite wartet auf eine Antwort.</translation>
    </message>
    <message>
        <source>Decided before</source>
        <translation>Früher entschieden</translation>
    </message>
    <message>
        <source>allowed</source>
        <translation>erlaubt</translation>
    </message>
    <message>
        <source>allowed until Puna ends</source>
        <translation>erlaubt, bis Puna endet</translation>
    </message>
    <message>
        <source>not allowed</source>
        <translation>nicht erlaubt</translation>
    </message>
    <message>
        <source>Take back</source>
        <translation>Zurücknehmen</translation>
    </message>
    <message>
        <source>Take back what was decided about %1</source>
        <translation>Zurücknehmen, was über %1 entschieden wurde</translation>
    </message>
</context>
<context>
    <name>Panel</name>
    <message>
        <source>Open &amp;chat</source>
        <translation>&amp;Chat öffnen</translation>
    </message>
    <message>
        <source>&amp;Pause for other programs</source>
        <translation>Für andere Programme &amp;pausieren</translation>
    </message>
    <message>
        <source>Mor&amp;e</source>
        <translation>M&amp;ehr</translation>
    </message>
    <message>
        <source>This desktop has no place for Puna&apos;s icon, so Puna lives in this window. Closing it ends Puna; minimise it to keep Puna running.</source>
        <translation>Diese Arbeitsfläche hat keinen Platz für Punas Symbol, deshalb wohnt Puna in diesem Fenster. Schließen beendet Puna; minimieren Sie es, damit Puna weiterläuft.</translation>
    </message>
    <message>
        <source>&amp;Models</source>
        <translation>&amp;Modelle</translation>
    </message>
    <message>
        <source>&amp;Status</source>
        <translation>&amp;Status</translation>
    </message>
    <message>
        <source>Connect p&amp;rograms</source>
        <translation>P&amp;rogramme verbinden</translation>
    </message>
    <message>
        <source>S&amp;ettings</source>
        <translation>&amp;Einstellungen</translation>
    </message>
</context>
<context>
    <name>ParameterPanel</name>
    <message>
        <source>More</source>
        <translation>Mehr</translation>
    </message>
    <message>
        <source>Set everything back</source>
        <translation>Alles zurücksetzen</translation>
    </message>
    <message>
        <source>The instructions above stay as they are.</source>
        <translation>Die Anweisungen oben bleiben, wie sie sind.</translation>
    </message>
    <message>
        <source>Use for &amp;new chats too</source>
        <translation>Auch für &amp;neue Chats</translation>
    </message>
    <message>
        <source>What is set here holds for this chat alone.</source>
        <translation>Was hier eingestellt ist, gilt nur für diesen Chat.</translation>
    </message>
    <message>
        <source>Instructions</source>
        <translation>Anweisungen</translation>
    </message>
    <message>
        <source>How it answers</source>
        <translation>Wie es antwortet</translation>
    </message>
    <message>
        <source>How the model answers</source>
        <translation>Wie das Modell antwortet</translation>
    </message>
</context>
<context>
    <name>PathEditor</name>
    <message>
        <source>Choose…</source>
        <translation>Auswählen…</translation>
    </message>
    <message>
        <source>Choose: %1</source>
        <translation>Auswählen: %1</translation>
    </message>
</context>
<context>
    <name>PickerPopup</name>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>Search your models</source>
        <translation>Ihre Modelle durchsuchen</translation>
    </message>
    <message>
        <source>Models on this computer</source>
        <translation>Modelle auf diesem Computer</translation>
    </message>
    <message>
        <source>None of your models matches.</source>
        <translation>Keines Ihrer Modelle passt.</translation>
    </message>
    <message>
        <source>&amp;Get more models…</source>
        <translation>&amp;Weitere Modelle holen…</translation>
    </message>
</context>
<context>
    <name>Pictures</name>
    <message>
        <source>Attached: %1</source>
        <translation>Angehängt: %1</translation>
    </message>
</context>
<context>
    <name>Plan</name>
    <message>
        <source>another model left memory to make room</source>
        <translation>ein anderes Modell hat den Speicher geräumt</translation>
    </message>
    <message>
        <source>its context is kept in 8 bits, which takes half the memory</source>
        <translation>sein Kontext wird in 8 Bit gehalten, was halb so viel Speicher braucht</translation>
    </message>
    <message>
        <source>its context has %1 tokens instead of %2</source>
        <translation>sein Kontext hat %1 statt %2 Token</translation>
    </message>
    <message>
        <source>all requests share one memory for their contexts</source>
        <translation>alle Anfragen teilen sich einen Speicher für ihre Kontexte</translation>
    </message>
    <message>
        <source>it answers one request at a time</source>
        <translation>es beantwortet eine Anfrage nach der anderen</translation>
    </message>
    <message>
        <source>%1 of its %2 layers are on the graphics card</source>
        <translation>%1 seiner %2 Schichten liegen auf der Grafikkarte</translation>
    </message>
    <message>
        <source>the processor does everything, as the graphics card is full</source>
        <translation>der Prozessor macht alles, weil die Grafikkarte voll ist</translation>
    </message>
    <message>
        <source>the processor looks at pictures</source>
        <translation>Bilder sieht sich der Prozessor an</translation>
    </message>
    <message>
        <source>%1 of memory are missing, so the disk is used instead</source>
        <translation>es fehlen %1 Speicher, darum wird stattdessen der Datenträger benutzt</translation>
    </message>
    <message>
        <source>To make it fit: %1.</source>
        <translation>Damit es passt: %1.</translation>
    </message>
    <message>
        <source>%1 on %2</source>
        <translation>%1 auf %2</translation>
    </message>
    <message>
        <source>%1 in main memory</source>
        <translation>%1 im Arbeitsspeicher</translation>
    </message>
</context>
<context>
    <name>PresetName</name>
    <message>
        <source>Name of the preset</source>
        <translation>Name der Vorlage</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Behalten</translation>
    </message>
    <message>
        <source>Do not keep it</source>
        <translation>Nicht behalten</translation>
    </message>
    <message>
        <source>Replaces the preset of this name.</source>
        <translation>Ersetzt die Vorlage dieses Namens.</translation>
    </message>
</context>
<context>
    <name>PrivacyPage</name>
    <message>
        <source>Chats, models and settings stay on this computer. Puna has no account, counts nothing about you, and sends nothing about you anywhere.</source>
        <translation>Chats, Modelle und Einstellungen bleiben auf diesem Computer. Puna hat kein Konto, zählt nichts über Sie und sendet nirgendwohin etwas über Sie.</translation>
    </message>
    <message>
        <source>&amp;Delete all chats…</source>
        <translation>Alle Chats &amp;löschen…</translation>
    </message>
    <message>
        <source>Chats</source>
        <translation>Chats</translation>
    </message>
    <message>
        <source>They are kept until you delete them. Copies vanish by themselves: the daily ones after seven days, those from before an update after 30.</source>
        <translation>Sie bleiben, bis Sie sie löschen. Kopien verschwinden von selbst: die täglichen nach sieben Tagen, die von vor einem Update nach 30.</translation>
    </message>
    <message>
        <source>&amp;Clear the list…</source>
        <translation>Liste l&amp;eeren…</translation>
    </message>
    <message>
        <source>List of past requests</source>
        <translation>Liste früherer Anfragen</translation>
    </message>
    <message>
        <source>Which program used which model, when, and for how long; without any texts.</source>
        <translation>Welches Programm welches Modell genutzt hat, wann und wie lange; ohne jeden Text.</translation>
    </message>
    <message>
        <source>Texts of requests</source>
        <translation>Texte der Anfragen</translation>
    </message>
    <message>
        <source>Only of programs that are ticked here, questions and answers are kept, too.</source>
        <translation>Nur von Programmen mit Häkchen werden auch Fragen und Antworten aufgehoben.</translation>
    </message>
    <message>
        <source>No program has used Puna yet.</source>
        <translation>Noch hat kein Programm Puna genutzt.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln chat(s) were deleted.</source>
        <translation>
            <numerusform>Ein Chat wurde gelöscht.</numerusform>
            <numerusform>%Ln Chats wurden gelöscht.</numerusform>
        </translation>
    </message>
    <message>
        <source>The list is empty now.</source>
        <translation>Die Liste ist jetzt leer.</translation>
    </message>
    <message>
        <source>Keep the texts of %1</source>
        <translation>Texte von %1 aufheben</translation>
    </message>
    <message>
        <source>Delete all chats?</source>
        <translation>Alle Chats löschen?</translation>
    </message>
    <message>
        <source>Every chat in every folder is deleted, with all that was attached.</source>
        <translation>Jeder Chat in jedem Ordner wird gelöscht, mit allem, was angehängt war.</translation>
    </message>
    <message>
        <source>Delete all</source>
        <translation>Alle löschen</translation>
    </message>
    <message>
        <source>Clear the list of past requests?</source>
        <translation>Liste früherer Anfragen leeren?</translation>
    </message>
    <message>
        <source>Texts that were kept are deleted with it. Chats stay.</source>
        <translation>Aufgehobene Texte werden mit gelöscht. Chats bleiben.</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>Leeren</translation>
    </message>
</context>
<context>
    <name>ProgramRow</name>
    <message>
        <source>blocked</source>
        <translation>gesperrt</translation>
    </message>
    <message>
        <source>Change</source>
        <translation>Ändern</translation>
    </message>
    <message>
        <source>Change %1</source>
        <translation>%1 ändern</translation>
    </message>
    <message>
        <source>Make a new key</source>
        <translation>Neuen Schlüssel erstellen</translation>
    </message>
    <message>
        <source>Make its keys invalid</source>
        <translation>Seine Schlüssel ungültig machen</translation>
    </message>
    <message>
        <source>Forget it…</source>
        <translation>Vergessen…</translation>
    </message>
    <message>
        <source>%1 · %2</source>
        <translation>%1 · %2</translation>
    </message>
    <message>
        <source>Serve it again</source>
        <translation>Wieder zulassen</translation>
    </message>
    <message>
        <source>Block it</source>
        <translation>Sperren</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>asks %1 now: %2</source>
        <translation>fragt gerade %1: %2</translation>
    </message>
    <message numerus="yes">
        <source>%n more request(s)</source>
        <translation>
            <numerusform>eine weitere Anfrage</numerusform>
            <numerusform>%n weitere Anfragen</numerusform>
        </translation>
    </message>
    <message>
        <source>%1, and %2</source>
        <translation>%1, und %2</translation>
    </message>
    <message>
        <source>has not been here yet</source>
        <translation>war noch nicht da</translation>
    </message>
    <message>
        <source>was here %1 ago</source>
        <translation>war vor %1 da</translation>
    </message>
    <message>
        <source>no key</source>
        <translation>kein Schlüssel</translation>
    </message>
    <message>
        <source>key …%1</source>
        <translation>Schlüssel …%1</translation>
    </message>
    <message numerus="yes">
        <source>%n key(s)</source>
        <translation>
            <numerusform>%n Schlüssel</numerusform>
            <numerusform>%n Schlüssel</numerusform>
        </translation>
    </message>
    <message>
        <source>Forget %1?</source>
        <translation>%1 vergessen?</translation>
    </message>
    <message>
        <source>Its keys will not work any more. If it comes back, it is new here.</source>
        <translation>Seine Schlüssel gelten dann nicht mehr. Kommt es wieder, ist es hier neu.</translation>
    </message>
    <message>
        <source>Forget</source>
        <translation>Vergessen</translation>
    </message>
</context>
<context>
    <name>ProgramWatch</name>
    <message>
        <source>Puna was updated.</source>
        <translation>Puna wurde aktualisiert.</translation>
    </message>
    <message>
        <source>The new version works once Puna has been started again. Until then no more models are loaded.</source>
        <translation>Die neue Version arbeitet, sobald Puna neu gestartet ist. Bis dahin werden keine weiteren Modelle geladen.</translation>
    </message>
    <message>
        <source>Answers that go on now would end; downloads go on afterwards.</source>
        <translation>Antworten, die gerade entstehen, würden abbrechen; Downloads gehen danach weiter.</translation>
    </message>
    <message>
        <source>Start Puna again</source>
        <translation>Puna neu starten</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>Später</translation>
    </message>
</context>
<context>
    <name>ProgramsPage</name>
    <message>
        <source>&amp;Make a key</source>
        <translation>Schlüssel &amp;erstellen</translation>
    </message>
    <message>
        <source>No program has asked yet. As soon as one does, it appears here, with or without a key.</source>
        <translation>Noch hat kein Programm gefragt. Sobald eines fragt, erscheint es hier, mit oder ohne Schlüssel.</translation>
    </message>
    <message>
        <source>Also asking now: %1</source>
        <translation>Fragt gerade auch: %1</translation>
    </message>
    <message>
        <source>Name, such as “Notebook of Anna”</source>
        <translation>Name, zum Beispiel „Annas Notebook“</translation>
    </message>
    <message>
        <source>Name of the program or the person</source>
        <translation>Name des Programms oder der Person</translation>
    </message>
    <message>
        <source>&amp;New key for</source>
        <translation>&amp;Neuer Schlüssel für</translation>
    </message>
    <message>
        <source>Programs</source>
        <translation>Programme</translation>
    </message>
</context>
<context>
    <name>QuestionCard</name>
    <message numerus="yes">
        <source>asked %n time(s)</source>
        <translation>
            <numerusform>hat einmal gefragt</numerusform>
            <numerusform>hat %n-mal gefragt</numerusform>
        </translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>Allow</source>
        <translation>Erlauben</translation>
    </message>
    <message>
        <source>This page may use your models from now on.</source>
        <translation>Diese Seite darf Ihre Modelle ab jetzt nutzen.</translation>
    </message>
    <message>
        <source>Only now</source>
        <translation>Nur jetzt</translation>
    </message>
    <message>
        <source>Until Puna ends.</source>
        <translation>Bis Puna endet.</translation>
    </message>
    <message>
        <source>Never</source>
        <translation>Nie</translation>
    </message>
    <message>
        <source>Do not ask again.</source>
        <translation>Nicht mehr fragen.</translation>
    </message>
</context>
<context>
    <name>ReasonRow</name>
    <message>
        <source>The memory is full</source>
        <translation>Der Arbeitsspeicher ist voll</translation>
    </message>
    <message>
        <source>The computer moves data between memory and disk, %1 each second. This slows down everything.</source>
        <translation>Der Computer schiebt Daten zwischen Speicher und Datenträger hin und her, %1 in jeder Sekunde. Das bremst alles.</translation>
    </message>
    <message>
        <source>Only %1 are left. Soon the computer has to use the disk instead.</source>
        <translation>Nur noch %1 sind frei. Bald muss der Computer auf den Datenträger ausweichen.</translation>
    </message>
    <message>
        <source>The memory is almost full</source>
        <translation>Der Arbeitsspeicher ist fast voll</translation>
    </message>
    <message>
        <source>The context of %1 takes %2. A shorter context leaves more room, and is read faster.</source>
        <translation>Der Kontext von %1 belegt %2. Ein kürzerer lässt mehr Platz und wird schneller gelesen.</translation>
    </message>
    <message>
        <source>The context is large</source>
        <translation>Der Kontext ist groß</translation>
    </message>
    <message>
        <source>%1 of memory are missing; the much slower disk takes their place.</source>
        <translation>Es fehlen %1 Speicher; an seine Stelle tritt der viel langsamere Datenträger.</translation>
    </message>
    <message>
        <source>%1 is too large for the memory</source>
        <translation>%1 ist zu groß für den Speicher</translation>
    </message>
    <message>
        <source>Memory was short when it was loaded, so it has little room for several requests: they wait for each other, and questions are read again.</source>
        <translation>Als es geladen wurde, war der Speicher knapp, darum hat es wenig Platz für mehrere Anfragen: Sie warten aufeinander, und Fragen werden noch einmal gelesen.</translation>
    </message>
    <message>
        <source>%1 has little room for contexts</source>
        <translation>%1 hat wenig Platz für Kontexte</translation>
    </message>
    <message>
        <source>%1 does not fit on the graphics card</source>
        <translation>%1 passt nicht auf die Grafikkarte</translation>
    </message>
    <message>
        <source>%1 of it is there; the slower processor does the rest.</source>
        <translation>%1 davon sind dort; den Rest macht der langsamere Prozessor.</translation>
    </message>
    <message>
        <source>%1 does not use the graphics card</source>
        <translation>%1 nutzt die Grafikkarte nicht</translation>
    </message>
    <message>
        <source>The processor does all the work, which is several times slower.</source>
        <translation>Alle Arbeit macht der Prozessor; das ist um ein Mehrfaches langsamer.</translation>
    </message>
    <message>
        <source>%1 runs on the processor</source>
        <translation>%1 läuft auf dem Prozessor</translation>
    </message>
    <message>
        <source>There is no graphics card that Puna can use, and this model writes %1. A smaller model is faster.</source>
        <translation>Es gibt keine Grafikkarte, die Puna nutzen kann, und dieses Modell schreibt %1. Ein kleineres Modell ist schneller.</translation>
    </message>
    <message>
        <source>They take %1 of the processor. Close what you do not need.</source>
        <translation>Sie beanspruchen %1 des Prozessors. Schließen Sie, was Sie nicht brauchen.</translation>
    </message>
    <message>
        <source>Other programs are busy</source>
        <translation>Andere Programme sind beschäftigt</translation>
    </message>
    <message>
        <source>Many computers are slower then. Plugged in, it is faster.</source>
        <translation>Viele Computer sind dann langsamer. Am Netz geht es schneller.</translation>
    </message>
    <message>
        <source>Choose another power mode in the system&apos;s settings for more speed.</source>
        <translation>Wählen Sie in den Einstellungen des Systems einen anderen Energiemodus, damit es schneller geht.</translation>
    </message>
    <message>
        <source>The computer saves power</source>
        <translation>Der Computer spart Strom</translation>
    </message>
    <message>
        <source>It runs on battery (%1)</source>
        <translation>Er läuft mit Akku (%1)</translation>
    </message>
    <message>
        <source>It runs on battery</source>
        <translation>Er läuft mit Akku</translation>
    </message>
    <message>
        <source>%1 is being loaded</source>
        <translation>%1 wird geladen</translation>
    </message>
    <message>
        <source>%1 is being loaded, %2 done</source>
        <translation>%1 wird geladen, %2 fertig</translation>
    </message>
    <message>
        <source>This happens once; then it stays in memory for a while.</source>
        <translation>Das geschieht einmal; dann bleibt es eine Weile im Speicher.</translation>
    </message>
    <message>
        <source>%1 reads a long question first</source>
        <translation>%1 liest erst eine lange Frage</translation>
    </message>
    <message>
        <source>It has %1 tokens, and %2 of them are read.</source>
        <translation>Sie hat %1 Token, und %2 davon sind gelesen.</translation>
    </message>
    <message>
        <source>Models are loaded one after the other. It is number %1 in the line.</source>
        <translation>Modelle werden eines nach dem anderen geladen. Es ist das %1. in der Reihe.</translation>
    </message>
    <message>
        <source>%1 waits to be loaded</source>
        <translation>%1 wartet darauf, geladen zu werden</translation>
    </message>
    <message numerus="yes">
        <source>%n request(s) wait until one of those before them is answered.</source>
        <translation>
            <numerusform>Eine Anfrage wartet, bis eine vor ihr beantwortet ist.</numerusform>
            <numerusform>%n Anfragen warten, bis eine vor ihnen beantwortet ist.</numerusform>
        </translation>
    </message>
    <message>
        <source>Others were first at %1</source>
        <translation>Andere waren bei %1 früher da</translation>
    </message>
    <message numerus="yes">
        <source>%n request(s) are answered at the same time, and share its speed.</source>
        <translation>
            <numerusform>Eine Anfrage wird beantwortet und teilt sich seine Geschwindigkeit mit anderen.</numerusform>
            <numerusform>%n Anfragen werden gleichzeitig beantwortet und teilen sich seine Geschwindigkeit.</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 answers several at once</source>
        <translation>%1 beantwortet mehrere auf einmal</translation>
    </message>
    <message>
        <source>Cancel it</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Pause other programs for an hour</source>
        <translation>Andere eine Stunde pausieren</translation>
    </message>
    <message>
        <source>Choose a smaller model</source>
        <translation>Kleineres Modell wählen</translation>
    </message>
    <message>
        <source>Open the settings</source>
        <translation>Einstellungen öffnen</translation>
    </message>
    <message>
        <source>Unload %1</source>
        <translation>%1 entladen</translation>
    </message>
</context>
<context>
    <name>Reasons</name>
    <message>
        <source>Nothing is being answered now. Look here while an answer is slow.</source>
        <translation>Gerade wird nichts beantwortet. Sehen Sie hier nach, während eine Antwort langsam ist.</translation>
    </message>
    <message>
        <source>Nothing unusual slows it down.</source>
        <translation>Nichts Ungewöhnliches bremst.</translation>
    </message>
</context>
<context>
    <name>RecipesPage</name>
    <message>
        <source>Programs</source>
        <translation>Programme</translation>
    </message>
    <message>
        <source>Model in the recipe</source>
        <translation>Modell in der Anleitung</translation>
    </message>
    <message>
        <source>Get a model…</source>
        <translation>Modell holen…</translation>
    </message>
    <message>
        <source>Recipe</source>
        <translation>Anleitung</translation>
    </message>
    <message>
        <source>Your own code</source>
        <translation>Eigener Code</translation>
    </message>
    <message>
        <source>&amp;Model</source>
        <translation>&amp;Modell</translation>
    </message>
    <message>
        <source>YOUR-KEY</source>
        <translation>IHR-SCHLUESSEL</translation>
    </message>
    <message>
        <source>Make a key for %1</source>
        <translation>Schlüssel für %1 erstellen</translation>
    </message>
    <message>
        <source>The key is in the recipe. Copy it now: it is shown this once.</source>
        <translation>Der Schlüssel steht in der Anleitung. Kopieren Sie ihn jetzt: Er wird nur dieses eine Mal gezeigt.</translation>
    </message>
    <message>
        <source>Puna wants a key from every program.</source>
        <translation>Puna verlangt von jedem Programm einen Schlüssel.</translation>
    </message>
    <message>
        <source>On this computer no key is needed. With one of its own, the program can be told from others, and be blocked.</source>
        <translation>Auf diesem Computer braucht es keinen Schlüssel. Mit einem eigenen lässt sich das Programm von anderen unterscheiden und sperren.</translation>
    </message>
</context>
<context>
    <name>RecommendedTab</name>
    <message>
        <source>All models</source>
        <translation>Alle Modelle</translation>
    </message>
    <message>
        <source>For chats</source>
        <translation>Für Chats</translation>
    </message>
    <message>
        <source>For pictures</source>
        <translation>Für Bilder</translation>
    </message>
    <message>
        <source>For programming</source>
        <translation>Zum Programmieren</translation>
    </message>
    <message>
        <source>For searching in texts</source>
        <translation>Zum Suchen in Texten</translation>
    </message>
    <message>
        <source>What the model is for</source>
        <translation>Wofür das Modell ist</translation>
    </message>
    <message>
        <source>Only what runs on this com&amp;puter</source>
        <translation>Nur was auf diesem Com&amp;puter läuft</translation>
    </message>
    <message>
        <source>Sho&amp;w</source>
        <translation>&amp;Zeigen</translation>
    </message>
    <message>
        <source>Recommended models</source>
        <translation>Empfohlene Modelle</translation>
    </message>
    <message>
        <source>Looking what there is…</source>
        <translation>Puna sieht nach, was es gibt…</translation>
    </message>
    <message>
        <source>A good choice for this computer</source>
        <translation>Eine gute Wahl für diesen Computer</translation>
    </message>
    <message>
        <source>More models</source>
        <translation>Weitere Modelle</translation>
    </message>
    <message>
        <source>Nothing to show</source>
        <translation>Nichts zu zeigen</translation>
    </message>
    <message>
        <source>No model of this kind is known to run on this computer.</source>
        <translation>Kein bekanntes Modell dieser Art läuft auf diesem Computer.</translation>
    </message>
    <message>
        <source>The list of models cannot be shown</source>
        <translation>Die Liste der Modelle lässt sich nicht zeigen</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Noch einmal versuchen</translation>
    </message>
</context>
<context>
    <name>RequestRow</name>
    <message>
        <source>An unknown program</source>
        <translation>Ein unbekanntes Programm</translation>
    </message>
    <message>
        <source>%1 asks %2</source>
        <translation>%1 fragt %2</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Cancel the request of %1</source>
        <translation>Anfrage von %1 abbrechen</translation>
    </message>
    <message>
        <source>%1, for %2 so far</source>
        <translation>%1, seit %2</translation>
    </message>
</context>
<context>
    <name>RoundButton</name>
    <message>
        <source>Stop the answer</source>
        <translation>Antwort anhalten</translation>
    </message>
    <message>
        <source>Send the message</source>
        <translation>Nachricht senden</translation>
    </message>
    <message>
        <source>%1 (Esc)</source>
        <translation>%1 (Esc)</translation>
    </message>
</context>
<context>
    <name>Row</name>
    <message>
        <source>Back to the default</source>
        <translation>Zurück zum Standard</translation>
    </message>
</context>
<context>
    <name>SearchField</name>
    <message>
        <source>Search chats</source>
        <translation>Chats suchen</translation>
    </message>
    <message>
        <source>Search in all chats</source>
        <translation>In allen Chats suchen</translation>
    </message>
    <message>
        <source>Search in all chats (%1)</source>
        <translation>In allen Chats suchen (%1)</translation>
    </message>
</context>
<context>
    <name>SearchPresenter</name>
    <message>
        <source>There is no file in it that Puna could use.</source>
        <translation>Darin ist keine Datei, die Puna verwenden könnte.</translation>
    </message>
    <message>
        <source>Download exactly this, from where it is.</source>
        <translation>Genau dies herunterladen, von dort, wo es ist.</translation>
    </message>
</context>
<context>
    <name>SearchTab</name>
    <message>
        <source>A name or a topic, or a web address of a model</source>
        <translation>Ein Name, ein Thema oder die Webadresse eines Modells</translation>
    </message>
    <message>
        <source>Search for models on Hugging Face</source>
        <translation>Modelle auf Hugging Face suchen</translation>
    </message>
    <message>
        <source>Models that were found</source>
        <translation>Gefundene Modelle</translation>
    </message>
    <message>
        <source>Show &amp;more</source>
        <translation>&amp;Mehr zeigen</translation>
    </message>
    <message>
        <source>Show more models</source>
        <translation>Mehr Modelle zeigen</translation>
    </message>
    <message>
        <source>Searching…</source>
        <translation>Suche läuft…</translation>
    </message>
    <message>
        <source>&amp;Find</source>
        <translation>&amp;Finden</translation>
    </message>
    <message>
        <source>Try other words, or fewer of them.</source>
        <translation>Versuchen Sie andere Wörter, oder weniger.</translation>
    </message>
    <message>
        <source>Nothing was found</source>
        <translation>Nichts gefunden</translation>
    </message>
    <message>
        <source>What is downloaded most on Hugging Face, where everybody can publish.</source>
        <translation>Das Meistgeladene auf Hugging Face, wo jeder veröffentlichen kann.</translation>
    </message>
    <message>
        <source>Found on Hugging Face, where everybody can publish.</source>
        <translation>Gefunden auf Hugging Face, wo jeder veröffentlichen kann.</translation>
    </message>
    <message>
        <source>What is on this computer</source>
        <translation>Was auf diesem Computer ist</translation>
    </message>
    <message>
        <source>Searching is not possible now</source>
        <translation>Suchen geht gerade nicht</translation>
    </message>
</context>
<context>
    <name>SettingRow</name>
    <message>
        <source>%1: back to the default</source>
        <translation>%1: zurück zum Standard</translation>
    </message>
    <message>
        <source>Holds when Puna is started the next time.</source>
        <translation>Gilt, wenn Puna das nächste Mal startet.</translation>
    </message>
    <message>
        <source>Was given when Puna was started; a choice made here holds next time.</source>
        <translation>Wurde beim Start von Puna angegeben; was Sie hier wählen, gilt beim nächsten Mal.</translation>
    </message>
    <message>
        <source>Comes from the variable %1. A choice made here goes before it.</source>
        <translation>Kommt aus der Variablen %1. Was Sie hier wählen, geht vor.</translation>
    </message>
    <message>
        <source>The variable %1 says “%2”; the choice made here goes before it.</source>
        <translation>Die Variable %1 sagt „%2“; was hier gewählt ist, geht vor.</translation>
    </message>
    <message>
        <source>Holds for models that are loaded from now on.</source>
        <translation>Gilt für Modelle, die ab jetzt geladen werden.</translation>
    </message>
    <message>
        <source>Holds from now on.</source>
        <translation>Gilt ab jetzt.</translation>
    </message>
    <message>
        <source>Not without keys: everybody in the network could use Puna then. Switch on “Every program shows a key” first, or let the Connect window do both.</source>
        <translation>Nicht ohne Schlüssel: Sonst könnte jeder im Netzwerk Puna nutzen. Schalten Sie erst „Jedes Programm zeigt einen Schlüssel“ ein, oder lassen Sie das Fenster „Programme verbinden“ beides tun.</translation>
    </message>
    <message>
        <source>Has to be between %1 and %2.</source>
        <translation>Muss zwischen %1 und %2 liegen.</translation>
    </message>
</context>
<context>
    <name>SettingsWindow</name>
    <message>
        <source>Search the settings</source>
        <translation>Einstellungen durchsuchen</translation>
    </message>
    <message>
        <source>Pages</source>
        <translation>Seiten</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Noch einmal versuchen</translation>
    </message>
    <message>
        <source>Start Puna again</source>
        <translation>Puna neu starten</translation>
    </message>
    <message>
        <source>Unload them now</source>
        <translation>Jetzt entladen</translation>
    </message>
    <message>
        <source>No setting has these words. Try another word.</source>
        <translation>Keine Einstellung enthält diese Wörter. Versuchen Sie ein anderes.</translation>
    </message>
    <message>
        <source>General</source>
        <translation>Allgemein</translation>
    </message>
    <message>
        <source>Server</source>
        <translation>Server</translation>
    </message>
    <message>
        <source>How other programs reach Puna on this computer.</source>
        <translation>Wie andere Programme Puna auf diesem Computer erreichen.</translation>
    </message>
    <message>
        <source>Connect a program…</source>
        <translation>Programm verbinden…</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>Privacy</source>
        <translation>Privatsphäre</translation>
    </message>
    <message>
        <source>Advanced</source>
        <translation>Für Fachleute</translation>
    </message>
    <message>
        <source>Nobody needs to change anything here for Puna to work.</source>
        <translation>Damit Puna funktioniert, muss hier niemand etwas ändern.</translation>
    </message>
    <message>
        <source>Updates</source>
        <translation>Updates</translation>
    </message>
    <message>
        <source>Diagnostics</source>
        <translation>Diagnose</translation>
    </message>
    <message>
        <source>Settings – Puna</source>
        <translation>Einstellungen – Puna</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>This holds once Puna has been started again: %1</source>
        <translation>Das gilt, sobald Puna neu gestartet wurde: %1</translation>
    </message>
    <message numerus="yes">
        <source>%Ln model(s) in memory go on as they are. The change holds for them when they are loaded again.</source>
        <translation>
            <numerusform>Ein Modell im Speicher läuft weiter wie bisher. Die Änderung gilt für es, wenn es wieder geladen wird.</numerusform>
            <numerusform>%Ln Modelle im Speicher laufen weiter wie bisher. Die Änderung gilt für sie, wenn sie wieder geladen werden.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SharedView</name>
    <message>
        <source>Address for other devices</source>
        <translation>Adresse für andere Geräte</translation>
    </message>
    <message>
        <source>Key for the other device</source>
        <translation>Schlüssel für das andere Gerät</translation>
    </message>
    <message>
        <source>The key was shown when it was made. For one more device, make another.</source>
        <translation>Der Schlüssel wurde gezeigt, als er erstellt wurde. Erstellen Sie für ein weiteres Gerät einen weiteren.</translation>
    </message>
    <message>
        <source>Fingerprint of the certificate (SHA-256)</source>
        <translation>Fingerabdruck des Zertifikats (SHA-256)</translation>
    </message>
    <message>
        <source>Code for a telephone&apos;s camera</source>
        <translation>Code für die Kamera eines Telefons</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>Schlüssel</translation>
    </message>
    <message>
        <source>Make &amp;another key</source>
        <translation>&amp;Weiteren Schlüssel erstellen</translation>
    </message>
    <message>
        <source>&amp;Stop sharing</source>
        <translation>Freigabe &amp;beenden</translation>
    </message>
    <message>
        <source>A device cannot &amp;connect…</source>
        <translation>Ein Gerät kommt n&amp;icht herein…</translation>
    </message>
    <message>
        <source>Other devices can use your models</source>
        <translation>Andere Geräte können Ihre Modelle nutzen</translation>
    </message>
    <message>
        <source>This computer is in no network now</source>
        <translation>Dieser Computer ist gerade in keinem Netzwerk</translation>
    </message>
    <message>
        <source>Until you switch it off.</source>
        <translation>Bis Sie es ausschalten.</translation>
    </message>
    <message>
        <source>Until %1, then it ends by itself.</source>
        <translation>Bis %1, dann endet es von selbst.</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>Netzwerk</translation>
    </message>
    <message>
        <source>Name of one more device</source>
        <translation>Name eines weiteren Geräts</translation>
    </message>
</context>
<context>
    <name>SharingPage</name>
    <message>
        <source>Sharing</source>
        <translation>Freigabe</translation>
    </message>
</context>
<context>
    <name>Sheet</name>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>In this window</source>
        <translation>In diesem Fenster</translation>
    </message>
    <message>
        <source>In every window</source>
        <translation>In jedem Fenster</translation>
    </message>
</context>
<context>
    <name>Shell</name>
    <message>
        <source>Another program uses port %1 (Ollama, perhaps), so Puna has taken another one. Tell your programs the address that *Connect programs* shows.</source>
        <translation>Ein anderes Programm benutzt Port %1 (vielleicht Ollama), deshalb hat Puna einen anderen genommen. Geben Sie Ihren Programmen die Adresse, die *Programme verbinden* zeigt.</translation>
    </message>
    <message>
        <source>Show the address</source>
        <translation>Adresse zeigen</translation>
    </message>
</context>
<context>
    <name>Sidebar</name>
    <message>
        <source>&amp;New chat</source>
        <translation>&amp;Neuer Chat</translation>
    </message>
    <message>
        <source>List of chats</source>
        <translation>Liste der Chats</translation>
    </message>
    <message>
        <source>More about chats</source>
        <translation>Mehr zu den Chats</translation>
    </message>
    <message>
        <source>Folders, import and export</source>
        <translation>Ordner, Import und Export</translation>
    </message>
    <message>
        <source>New &amp;folder</source>
        <translation>Neuer &amp;Ordner</translation>
    </message>
    <message>
        <source>&amp;Import chats…</source>
        <translation>Chats &amp;importieren…</translation>
    </message>
    <message>
        <source>&amp;Export all chats…</source>
        <translation>Alle Chats &amp;exportieren…</translation>
    </message>
    <message>
        <source>Puna chats</source>
        <translation>Puna-Chats</translation>
    </message>
    <message>
        <source>Begin a new chat</source>
        <translation>Neuen Chat beginnen</translation>
    </message>
    <message>
        <source>Search in all chats</source>
        <translation>In allen Chats suchen</translation>
    </message>
    <message>
        <source>Bring back the chat that was deleted last</source>
        <translation>Zuletzt gelöschten Chat zurückholen</translation>
    </message>
    <message>
        <source>Nothing was found for “%1”.</source>
        <translation>Zu „%1“ wurde nichts gefunden.</translation>
    </message>
    <message>
        <source>There are no chats yet. What you talk about is kept here.</source>
        <translation>Noch gibt es keine Chats. Ihre Gespräche werden hier aufgehoben.</translation>
    </message>
    <message>
        <source>Import chats</source>
        <translation>Chats importieren</translation>
    </message>
    <message>
        <source>Chats of Puna, ChatGPT, Open WebUI (*.json *.zip)</source>
        <translation>Chats von Puna, ChatGPT, Open WebUI (*.json *.zip)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Export chats</source>
        <translation>Chats exportieren</translation>
    </message>
    <message>
        <source>Pinned</source>
        <translation>Angeheftet</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>Heute</translation>
    </message>
    <message>
        <source>Yesterday</source>
        <translation>Gestern</translation>
    </message>
    <message>
        <source>Last 7 days</source>
        <translation>Letzte 7 Tage</translation>
    </message>
    <message>
        <source>Last 30 days</source>
        <translation>Letzte 30 Tage</translation>
    </message>
</context>
<context>
    <name>SidebarPresenter</name>
    <message>
        <source>The file with your chats was damaged. They are now as they were saved on %1; the damaged file was kept as %2.</source>
        <translation>Die Datei mit Ihren Chats war beschädigt. Die Chats sind jetzt, wie sie am %1 gesichert wurden; die beschädigte Datei blieb als %2 erhalten.</translation>
    </message>
    <message>
        <source>The file with your chats was damaged, and there was no copy of it yet. A new one was begun; the damaged file was kept as %2.</source>
        <translation>Die Datei mit Ihren Chats war beschädigt, und es gab noch keine Kopie. Eine neue wurde begonnen; die beschädigte blieb als %2 erhalten.</translation>
    </message>
    <message numerus="yes">
        <source>%n newer chat(s) could still be read, and are there.</source>
        <translation>
            <numerusform>Ein neuerer Chat ließ sich noch lesen und ist da.</numerusform>
            <numerusform>%n neuere Chats ließen sich noch lesen und sind da.</numerusform>
        </translation>
    </message>
    <message>
        <source>“%1” was deleted.</source>
        <translation>„%1“ wurde gelöscht.</translation>
    </message>
    <message numerus="yes">
        <source>%n chat(s) were deleted.</source>
        <translation>
            <numerusform>Ein Chat wurde gelöscht.</numerusform>
            <numerusform>%n Chats wurden gelöscht.</numerusform>
        </translation>
    </message>
    <message>
        <source>It is too late: the chat is gone.</source>
        <translation>Es ist zu spät: Der Chat ist weg.</translation>
    </message>
    <message>
        <source>New folder</source>
        <translation>Neuer Ordner</translation>
    </message>
    <message>
        <source>Saved as %1.</source>
        <translation>Gespeichert als %1.</translation>
    </message>
    <message>
        <source>Reading %1…</source>
        <translation>%1 wird gelesen…</translation>
    </message>
    <message>
        <source>%1 has no chats that Puna understands. It takes its own JSON files, and what ChatGPT and Open WebUI export.</source>
        <translation>%1 enthält keine Chats, die Puna versteht. Es nimmt seine eigenen JSON-Dateien und was ChatGPT und Open WebUI exportieren.</translation>
    </message>
    <message numerus="yes">
        <source>%n chat(s) were added.</source>
        <translation>
            <numerusform>Ein Chat wurde hinzugefügt.</numerusform>
            <numerusform>%n Chats wurden hinzugefügt.</numerusform>
        </translation>
    </message>
    <message>
        <source>Nothing was added: all these chats are already here.</source>
        <translation>Nichts wurde hinzugefügt: Alle diese Chats sind schon hier.</translation>
    </message>
</context>
<context>
    <name>SpacePart</name>
    <message>
        <source>They belong to downloads that are not complete, and save time when those go on.</source>
        <translation>Sie gehören zu unvollständigen Downloads und sparen Zeit, wenn diese weitergehen.</translation>
    </message>
    <message>
        <source>Delete all</source>
        <translation>Alle löschen</translation>
    </message>
    <message>
        <source>Delete all partial files</source>
        <translation>Alle Teildateien löschen</translation>
    </message>
    <message>
        <source>Show the files</source>
        <translation>Dateien zeigen</translation>
    </message>
    <message numerus="yes">
        <source>%n partial file(s): %1 can be freed</source>
        <translation>
            <numerusform>Eine Teildatei: %1 lassen sich freigeben</numerusform>
            <numerusform>%n Teildateien: %1 lassen sich freigeben</numerusform>
        </translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Delete the partial file of %1</source>
        <translation>Teildatei von %1 löschen</translation>
    </message>
    <message>
        <source>%1 lies on the disk %2 times: %3 could be freed in the other programs</source>
        <translation>%1 liegt %2-mal auf dem Datenträger: In den anderen Programmen ließen sich %3 freigeben</translation>
    </message>
</context>
<context>
    <name>Status</name>
    <message>
        <source>%1 %</source>
        <translation>%1&#xa0;%</translation>
    </message>
    <message>
        <source>%1 tokens/s</source>
        <translation>%1 Token/s</translation>
    </message>
    <message>
        <source>%1 s</source>
        <comment>seconds</comment>
        <translation>%1&#xa0;s</translation>
    </message>
    <message>
        <source>%1 d</source>
        <comment>days</comment>
        <translation>%1&#xa0;Tagen</translation>
    </message>
    <message>
        <source>%1 h</source>
        <comment>hours</comment>
        <translation>%1&#xa0;h</translation>
    </message>
    <message>
        <source>%1 min</source>
        <comment>minutes</comment>
        <translation>%1&#xa0;min</translation>
    </message>
    <message>
        <source>answering, %1</source>
        <translation>antwortet, %1</translation>
    </message>
    <message>
        <source>answering</source>
        <translation>antwortet</translation>
    </message>
    <message>
        <source>reading the question, %1</source>
        <translation>liest die Frage, %1</translation>
    </message>
    <message>
        <source>reading the question</source>
        <translation>liest die Frage</translation>
    </message>
    <message>
        <source>waiting for its turn</source>
        <translation>wartet, bis es an der Reihe ist</translation>
    </message>
    <message>
        <source>waiting for its turn, as number %1</source>
        <translation>wartet als Nummer %1 in der Reihe</translation>
    </message>
    <message>
        <source>waiting for its model to be loaded, as number %1</source>
        <translation>wartet als Nummer %1 darauf, dass das Modell geladen wird</translation>
    </message>
    <message>
        <source>all of it on the graphics card</source>
        <translation>ganz auf der Grafikkarte</translation>
    </message>
    <message>
        <source>on the processor, not on the graphics card</source>
        <translation>auf dem Prozessor, nicht auf der Grafikkarte</translation>
    </message>
    <message>
        <source>on the processor</source>
        <translation>auf dem Prozessor</translation>
    </message>
    <message>
        <source>leaves memory after its last answer</source>
        <translation>verlässt den Speicher nach seiner letzten Antwort</translation>
    </message>
    <message>
        <source>always ready</source>
        <translation>immer bereit</translation>
    </message>
    <message>
        <source>stays in memory until you unload it</source>
        <translation>bleibt im Speicher, bis Sie es entladen</translation>
    </message>
    <message>
        <source>leaves memory in %1</source>
        <translation>verlässt den Speicher in %1</translation>
    </message>
    <message>
        <source>%1 of it on the graphics card, the rest on the processor</source>
        <translation>%1 davon auf der Grafikkarte, der Rest auf dem Prozessor</translation>
    </message>
</context>
<context>
    <name>StatusWindow</name>
    <message>
        <source>No model is in memory. It is loaded when it is asked.</source>
        <translation>Kein Modell ist im Speicher. Es wird geladen, wenn es gefragt wird.</translation>
    </message>
    <message>
        <source>Nobody asks anything now.</source>
        <translation>Gerade fragt niemand etwas.</translation>
    </message>
    <message>
        <source>Open the &amp;chat</source>
        <translation>&amp;Chat öffnen</translation>
    </message>
    <message>
        <source>Connect a &amp;program…</source>
        <translation>&amp;Programm verbinden…</translation>
    </message>
    <message>
        <source>Status</source>
        <translation>Status</translation>
    </message>
    <message>
        <source>Why is it slow?</source>
        <translation>Warum ist es langsam?</translation>
    </message>
    <message>
        <source>Models in memory</source>
        <translation>Modelle im Speicher</translation>
    </message>
    <message>
        <source>Requests</source>
        <translation>Anfragen</translation>
    </message>
</context>
<context>
    <name>SystemEditor</name>
    <message>
        <source>Instructions for every answer</source>
        <translation>Anweisungen für jede Antwort</translation>
    </message>
    <message>
        <source>For example: Answer in simple words. You are talking to a beginner.</source>
        <translation>Zum Beispiel: Antworte in einfachen Worten. Du sprichst mit einem Anfänger.</translation>
    </message>
    <message>
        <source>&amp;Presets</source>
        <translation>&amp;Vorlagen</translation>
    </message>
    <message>
        <source>&amp;Keep as a preset…</source>
        <translation>&amp;Als Vorlage behalten…</translation>
    </message>
    <message>
        <source>&amp;Remove a preset</source>
        <translation>Vorlage &amp;entfernen</translation>
    </message>
    <message>
        <source>&amp;No instructions</source>
        <translation>&amp;Keine Anweisungen</translation>
    </message>
</context>
<context>
    <name>TakingPresenter</name>
    <message>
        <source>Models of other programs</source>
        <translation>Modelle anderer Programme</translation>
    </message>
</context>
<context>
    <name>ThinkingChoice</name>
    <message>
        <source>&amp;Thinking first</source>
        <translation>Erst nach&amp;denken</translation>
    </message>
    <message>
        <source>Thinking first</source>
        <translation>Erst nachdenken</translation>
    </message>
    <message>
        <source>Takes longer, and helps with questions that need several steps.</source>
        <translation>Dauert länger und hilft bei Fragen, die mehrere Schritte brauchen.</translation>
    </message>
    <message>
        <source>as usual</source>
        <translation>wie üblich</translation>
    </message>
    <message>
        <source>a little</source>
        <translation>ein wenig</translation>
    </message>
    <message>
        <source>some</source>
        <translation>etwas mehr</translation>
    </message>
    <message>
        <source>much</source>
        <translation>viel</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>ja</translation>
    </message>
    <message>
        <source>no</source>
        <translation>nein</translation>
    </message>
</context>
<context>
    <name>Thoughts</name>
    <message>
        <source>Thoughts of the model</source>
        <translation>Gedanken des Modells</translation>
    </message>
    <message>
        <source>Thinking, %1 s</source>
        <translation>Denkt nach, %1&#xa0;s</translation>
    </message>
    <message>
        <source>Thought for %1 s</source>
        <translation>Hat %1&#xa0;s nachgedacht</translation>
    </message>
    <message>
        <source>Thoughts</source>
        <translation>Gedanken</translation>
    </message>
</context>
<context>
    <name>Transcript</name>
    <message>
        <source>Conversation</source>
        <translation>Gespräch</translation>
    </message>
    <message>
        <source>Go to the newest message</source>
        <translation>Zur neuesten Nachricht gehen</translation>
    </message>
</context>
<context>
    <name>Troubles</name>
    <message>
        <source>Puna runs in safe mode: settings are as at first, and no model is loaded by itself. Quit Puna and start it again to go back to your settings.</source>
        <translation>Puna läuft im abgesicherten Modus: Die Einstellungen sind wie am Anfang, und kein Modell wird von selbst geladen. Beenden Sie Puna und starten Sie es neu, um zu Ihren Einstellungen zurückzukehren.</translation>
    </message>
    <message>
        <source>The settings were damaged. The last good ones hold again; the damaged file was kept.</source>
        <translation>Die Einstellungen waren beschädigt. Die letzten guten gelten wieder; die beschädigte Datei wurde aufgehoben.</translation>
    </message>
    <message>
        <source>The settings were damaged. Everything is as at first; the damaged file was kept.</source>
        <translation>Die Einstellungen waren beschädigt. Alles ist wie am Anfang; die beschädigte Datei wurde aufgehoben.</translation>
    </message>
    <message>
        <source>The file of the settings cannot be read, so all is as at first: %1</source>
        <translation>Die Datei der Einstellungen ist nicht lesbar, deshalb ist alles wie am Anfang: %1</translation>
    </message>
    <message>
        <source>Some settings are not followed, as this Puna does not know their names or values. Look through the settings.</source>
        <translation>Einige Einstellungen werden nicht befolgt, weil dieses Puna ihre Namen oder Werte nicht kennt. Sehen Sie die Einstellungen durch.</translation>
    </message>
    <message>
        <source>Puna was updated while it ran, so it loads no more models. Start it again.</source>
        <translation>Puna wurde aktualisiert, während es lief, und lädt keine Modelle mehr. Starten Sie es neu.</translation>
    </message>
    <message>
        <source>Puna is not shared: keys are missing, or its address or certificate cannot be used. The window “Connect programs” shows the way.</source>
        <translation>Puna ist nicht freigegeben: Es fehlen Schlüssel, oder seine Adresse oder sein Zertifikat ist nicht benutzbar. Das Fenster „Programme verbinden“ zeigt den Weg.</translation>
    </message>
    <message>
        <source>What you had chosen for the windows was damaged. It is now as at the last start; the damaged file was kept.</source>
        <translation>Was Sie für die Fenster gewählt hatten, war beschädigt. Es ist jetzt wie beim letzten Start; die beschädigte Datei wurde aufgehoben.</translation>
    </message>
    <message>
        <source>What you had chosen for the windows was damaged. Language, colours and your own instructions are as at first; the damaged file was kept.</source>
        <translation>Was Sie für die Fenster gewählt hatten, war beschädigt. Sprache, Farben und Ihre eigenen Anweisungen sind wie am Anfang; die beschädigte Datei wurde aufgehoben.</translation>
    </message>
    <message>
        <source>The list of web pages that may use Puna was damaged. The last good one holds again; the damaged file was kept.</source>
        <translation>Die Liste der Webseiten, die Puna benutzen dürfen, war beschädigt. Die letzte gute gilt wieder; die beschädigte Datei wurde aufgehoben.</translation>
    </message>
    <message>
        <source>The list of web pages that may use Puna was damaged, and was begun anew: Puna asks you about them again. The damaged file was kept.</source>
        <translation>Die Liste der Webseiten, die Puna benutzen dürfen, war beschädigt und wurde neu begonnen: Puna fragt Sie wieder nach ihnen. Die beschädigte Datei wurde aufgehoben.</translation>
    </message>
    <message>
        <source>The list of downloads was damaged, and was begun anew. Begin what is missing again: it goes on where it was.</source>
        <translation>Die Liste der Downloads war beschädigt und wurde neu begonnen. Beginnen Sie wieder, was fehlt: Es geht weiter, wo es war.</translation>
    </message>
    <message>
        <source>The list of what models did (%2) was damaged, and was begun anew. There is nothing to do; the damaged file was kept.</source>
        <translation>Die Liste dessen, was Modelle getan haben (%2), war beschädigt und wurde neu begonnen. Sie müssen nichts tun; die beschädigte Datei wurde aufgehoben.</translation>
    </message>
    <message>
        <source>The list of programs (%2) was damaged, and was begun anew: give programs that need a key a new one. The damaged file was kept.</source>
        <translation>Die Liste der Programme (%2) war beschädigt und wurde neu begonnen: Geben Sie Programmen, die einen Schlüssel brauchen, einen neuen. Die beschädigte Datei wurde aufgehoben.</translation>
    </message>
    <message>
        <source>The list of programs (%2) was damaged, and is now as its last backup. Look whether your programs and keys are as you want them.</source>
        <translation>Die Liste der Programme (%2) war beschädigt und ist jetzt wie in der letzten Sicherung. Sehen Sie nach, ob Ihre Programme und Schlüssel so sind, wie Sie sie wollen.</translation>
    </message>
    <message>
        <source>%2 was damaged, and was begun anew. The damaged file was kept.</source>
        <translation>%2 war beschädigt und wurde neu begonnen. Die beschädigte Datei wurde aufgehoben.</translation>
    </message>
    <message>
        <source>%2 was written by a newer Puna. It was left as it is, and is not used. Install the newer version again.</source>
        <translation>%2 stammt von einem neueren Puna. Die Datei blieb, wie sie ist, und wird nicht benutzt. Installieren Sie die neuere Version wieder.</translation>
    </message>
    <message>
        <source>Puna may not write there, so nothing is kept: %1 Give yourself the right to write there.</source>
        <translation>Puna darf dort nicht schreiben, deshalb wird nichts aufgehoben: %1 Geben Sie sich dort das Schreibrecht.</translation>
    </message>
    <message>
        <source>The disk is nearly full: %1 Delete files, or remove models that you do not need.</source>
        <translation>Der Datenträger ist fast voll: %1 Löschen Sie Dateien oder entfernen Sie Modelle, die Sie nicht brauchen.</translation>
    </message>
    <message>
        <source>A graphics card is gone, and models are loaded without it. If it does not come back by itself, restart the computer.</source>
        <translation>Eine Grafikkarte ist weg, und Modelle werden ohne sie geladen. Wenn sie nicht von selbst wiederkommt, starten Sie den Computer neu.</translation>
    </message>
    <message>
        <source>The graphics cards do not answer, so models run on the processor. Restarting the computer, or a newer driver, may help.</source>
        <translation>Die Grafikkarten antworten nicht, darum laufen Modelle auf dem Prozessor. Ein Neustart des Computers oder ein neuerer Treiber kann helfen.</translation>
    </message>
    <message>
        <source>A model that is to be always ready could not be loaded. Free the memory that it needs, or let it be loaded when it is asked.</source>
        <translation>Ein Modell, das immer bereit sein soll, konnte nicht geladen werden. Geben Sie den Speicher frei, den es braucht, oder lassen Sie es erst auf eine Frage hin laden.</translation>
    </message>
    <message>
        <source>The folder of the models cannot be read: %1 Give yourself the right to read it, or choose another folder in the settings.</source>
        <translation>Der Ordner der Modelle kann nicht gelesen werden: %1 Geben Sie sich das Recht dazu, oder wählen Sie in den Einstellungen einen anderen Ordner.</translation>
    </message>
    <message>
        <source>The folder of the models is not there: %1 Connect its disk, or choose another folder in the settings.</source>
        <translation>Der Ordner der Modelle ist nicht da: %1 Schließen Sie seinen Datenträger an, oder wählen Sie in den Einstellungen einen anderen Ordner.</translation>
    </message>
    <message>
        <source>Puna cannot start.</source>
        <translation>Puna kann nicht starten.</translation>
    </message>
    <message>
        <source>Puna has started, but something is not as it should be.</source>
        <translation>Puna ist gestartet, aber etwas ist nicht, wie es sein soll.</translation>
    </message>
    <message>
        <source>Open the settings</source>
        <translation>Einstellungen öffnen</translation>
    </message>
</context>
<context>
    <name>UndoBar</name>
    <message>
        <source>&amp;Undo</source>
        <translation>&amp;Rückgängig</translation>
    </message>
    <message>
        <source>Undo deleting</source>
        <translation>Löschen rückgängig machen</translation>
    </message>
</context>
<context>
    <name>UpdatesPage</name>
    <message>
        <source>Puna asks nobody for updates unless you want that, and installs nothing by itself. It sends nothing but the question.</source>
        <translation>Puna fragt niemanden nach Updates, wenn Sie das nicht wollen, und installiert nichts von selbst. Es sendet nichts als die Frage.</translation>
    </message>
    <message>
        <source>&amp;Look for an update</source>
        <translation>Nach einem &amp;Update suchen</translation>
    </message>
    <message>
        <source>What is new</source>
        <translation>Was neu ist</translation>
    </message>
    <message>
        <source>Download of the update</source>
        <translation>Download des Updates</translation>
    </message>
    <message>
        <source>&amp;Download it</source>
        <translation>&amp;Herunterladen</translation>
    </message>
    <message>
        <source>&amp;Install and restart</source>
        <translation>&amp;Installieren und neu starten</translation>
    </message>
    <message>
        <source>&amp;Stop</source>
        <translation>&amp;Anhalten</translation>
    </message>
    <message>
        <source>This is Puna %1</source>
        <translation>Dies ist Puna %1</translation>
    </message>
    <message>
        <source>Type this in a terminal: %1</source>
        <translation>Geben Sie dies in einem Terminal ein: %1</translation>
    </message>
    <message>
        <source>The system&apos;s installer opens. When it is done, Puna asks whether to start again. If none opens, type this in a terminal: %1</source>
        <translation>Das Installationsprogramm des Systems öffnet sich. Wenn es fertig ist, fragt Puna, ob es neu starten soll. Öffnet sich keines, geben Sie das in einem Terminal ein: %1</translation>
    </message>
    <message>
        <source>Puna ends now, so that it can be replaced.</source>
        <translation>Puna beendet sich jetzt, damit es ersetzt werden kann.</translation>
    </message>
    <message>
        <source>In the window that opens, drag Puna onto Applications and replace the one that is there. Then open it.</source>
        <translation>Ziehen Sie Puna in dem Fenster, das sich öffnet, auf „Programme“ und ersetzen Sie das, das dort ist. Dann öffnen Sie es.</translation>
    </message>
    <message>
        <source>Puna is answering or downloading.</source>
        <translation>Puna antwortet oder lädt gerade herunter.</translation>
    </message>
    <message>
        <source>The update can wait until that is done. Nothing is interrupted.</source>
        <translation>Das Update kann warten, bis das fertig ist. Nichts wird unterbrochen.</translation>
    </message>
    <message>
        <source>Install when it is done</source>
        <translation>Installieren, wenn es fertig ist</translation>
    </message>
    <message>
        <source>&amp;Install…</source>
        <translation>&amp;Installieren …</translation>
    </message>
    <message>
        <source>Asked at %1</source>
        <translation>Gefragt am %1</translation>
    </message>
    <message>
        <source>Waits until answers and downloads are done.</source>
        <translation>Wartet, bis Antworten und Downloads fertig sind.</translation>
    </message>
    <message>
        <source>Asking…</source>
        <translation>Fragt …</translation>
    </message>
    <message>
        <source>Puna %1 is there. This Puna cannot fetch it: get it from where you got this one.</source>
        <translation>Puna %1 ist da. Dieses Puna kann es nicht holen: Holen Sie es dort, wo Sie dieses her haben.</translation>
    </message>
    <message>
        <source>Puna %1 is there (%2).</source>
        <translation>Puna %1 ist da (%2).</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>Puna %1 is here, and its signature is right.</source>
        <translation>Puna %1 ist hier, und die Unterschrift stimmt.</translation>
    </message>
    <message>
        <source>There is nothing newer.</source>
        <translation>Es gibt nichts Neueres.</translation>
    </message>
</context>
<context>
    <name>Verdict</name>
    <message>
        <source>Runs fast here</source>
        <translation>Läuft hier schnell</translation>
    </message>
    <message>
        <source>Runs here</source>
        <translation>Läuft hier</translation>
    </message>
    <message>
        <source>Runs here, slower</source>
        <translation>Läuft hier, langsamer</translation>
    </message>
    <message>
        <source>Just about fits</source>
        <translation>Passt gerade so</translation>
    </message>
    <message>
        <source>Too large for here</source>
        <translation>Hier zu groß</translation>
    </message>
    <message>
        <source>Size not known</source>
        <translation>Größe unbekannt</translation>
    </message>
    <message>
        <source>It needs about %1 of memory, and this computer has %3: too large.</source>
        <translation>Es braucht etwa %1 Arbeitsspeicher, und dieser Computer hat %3: zu groß.</translation>
    </message>
    <message>
        <source>It needs about %1 of memory, and only %2 of %3 are free now: close other programs first.</source>
        <translation>Es braucht etwa %1 Arbeitsspeicher, und jetzt sind nur %2 von %3 frei: Schließen Sie erst andere Programme.</translation>
    </message>
    <message>
        <source>It needs about %1 of the %2 of memory that are free now, which leaves little for anything else.</source>
        <translation>Es braucht etwa %1 der %2 Arbeitsspeicher, die jetzt frei sind; für anderes bleibt wenig.</translation>
    </message>
    <message>
        <source>It needs about %4 of the %5 that are free on the graphics card: it just fits.</source>
        <translation>Es braucht etwa %4 der %5, die auf der Grafikkarte frei sind: Es passt gerade so.</translation>
    </message>
    <message>
        <source>It needs about %1 of the %2 of memory that are free now, and runs on the processor.</source>
        <translation>Es braucht etwa %1 der %2 Arbeitsspeicher, die jetzt frei sind, und läuft auf dem Prozessor.</translation>
    </message>
    <message>
        <source>A part of it fits on the graphics card; the rest needs about %1 of memory and makes it slower.</source>
        <translation>Ein Teil passt auf die Grafikkarte; der Rest braucht etwa %1 Arbeitsspeicher und macht es langsamer.</translation>
    </message>
    <message>
        <source>It needs about %4 of the %5 that are free on the graphics card, and runs fast there.</source>
        <translation>Es braucht etwa %4 der %5, die auf der Grafikkarte frei sind, und läuft dort schnell.</translation>
    </message>
</context>
<context>
    <name>Waiting</name>
    <message>
        <source>Loading %1, %2 s</source>
        <translation>Lädt %1, %2&#xa0;s</translation>
    </message>
    <message>
        <source>Another answer comes first, %1 s</source>
        <translation>Eine andere Antwort kommt zuerst, %1&#xa0;s</translation>
    </message>
    <message>
        <source>Reading the conversation, %1 %</source>
        <translation>Liest das Gespräch, %1&#xa0;%</translation>
    </message>
    <message>
        <source>Reading the conversation, %1 s</source>
        <translation>Liest das Gespräch, %1&#xa0;s</translation>
    </message>
</context>
<context>
    <name>Welcome</name>
    <message>
        <source>&amp;Choose a model</source>
        <translation>&amp;Modell auswählen</translation>
    </message>
    <message>
        <source>What would you like to know?</source>
        <translation>Was möchten Sie wissen?</translation>
    </message>
    <message>
        <source>%1 answers on this computer. What you write here does not leave it.</source>
        <translation>%1 antwortet auf diesem Computer. Was Sie hier schreiben, verlässt ihn nicht.</translation>
    </message>
    <message>
        <source>No model yet</source>
        <translation>Noch kein Modell</translation>
    </message>
    <message>
        <source>A model is the part that answers. Choose one that fits this computer; it is downloaded once and then works without the internet.</source>
        <translation>Ein Modell ist der Teil, der antwortet. Wählen Sie eines, das zu diesem Computer passt; es wird einmal heruntergeladen und arbeitet dann ohne Internet.</translation>
    </message>
</context>
<context>
    <name>Words</name>
    <message>
        <source>Creativity</source>
        <translation>Kreativität</translation>
    </message>
    <message>
        <source>Low answers are sober and alike each time, high ones surprise more often, and go wrong more often.</source>
        <translation>Niedrig bleiben Antworten nüchtern und jedes Mal ähnlich, hoch überraschen sie öfter und gehen öfter daneben.</translation>
    </message>
    <message>
        <source>sober</source>
        <translation>nüchtern</translation>
    </message>
    <message>
        <source>inventive</source>
        <translation>einfallsreich</translation>
    </message>
    <message>
        <source>Longest answer</source>
        <translation>Längste Antwort</translation>
    </message>
    <message>
        <source>In tokens: four of them are about three words.</source>
        <translation>In Token: Vier davon sind etwa drei Wörter.</translation>
    </message>
    <message>
        <source>until it is done</source>
        <translation>bis sie fertig ist</translation>
    </message>
    <message>
        <source>Context length</source>
        <translation>Kontextlänge</translation>
    </message>
    <message>
        <source>How much of the chat the model can bear in mind, in tokens. More needs more memory, and the model is loaded again.</source>
        <translation>Wie viel vom Chat sich das Modell merken kann, in Token. Mehr braucht mehr Speicher, und das Modell wird neu geladen.</translation>
    </message>
    <message>
        <source>Against repetition</source>
        <translation>Gegen Wiederholung</translation>
    </message>
    <message>
        <source>Above 1, words that were just used become less likely.</source>
        <translation>Über 1 werden gerade benutzte Wörter unwahrscheinlicher.</translation>
    </message>
    <message>
        <source>Repeatable answers</source>
        <translation>Wiederholbare Antworten</translation>
    </message>
    <message>
        <source>The same number and the same question give the same answer.</source>
        <translation>Dieselbe Zahl und dieselbe Frage ergeben dieselbe Antwort.</translation>
    </message>
    <message>
        <source>no</source>
        <translation>nein</translation>
    </message>
    <message>
        <source>Layers on the graphics card</source>
        <translation>Schichten auf der Grafikkarte</translation>
    </message>
    <message>
        <source>Fewer leave memory of the card to other programs.</source>
        <translation>Weniger lassen anderen Programmen Speicher auf der Karte.</translation>
    </message>
    <message>
        <source>as many as fit</source>
        <translation>so viele wie passen</translation>
    </message>
    <message>
        <source>Share of the likely words</source>
        <translation>Anteil der wahrscheinlichen Wörter</translation>
    </message>
    <message>
        <source>Only the likeliest words that make up this share are considered.</source>
        <translation>Nur die wahrscheinlichsten Wörter, die zusammen diesen Anteil ausmachen, kommen infrage.</translation>
    </message>
    <message>
        <source>Number of likely words</source>
        <translation>Zahl der wahrscheinlichen Wörter</translation>
    </message>
    <message>
        <source>Only so many of the likeliest words are considered.</source>
        <translation>Nur so viele der wahrscheinlichsten Wörter kommen infrage.</translation>
    </message>
    <message>
        <source>all</source>
        <translation>alle</translation>
    </message>
    <message>
        <source>Least likelihood</source>
        <translation>Kleinste Wahrscheinlichkeit</translation>
    </message>
    <message>
        <source>Words that are this much less likely than the best are left out.</source>
        <translation>Wörter, die um so viel unwahrscheinlicher sind als das beste, fallen weg.</translation>
    </message>
</context>
<context>
    <name>_Banner</name>
    <message>
        <source>You are changing an earlier message.</source>
        <translation>Sie ändern eine frühere Nachricht.</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Leave the message as it was</source>
        <translation>Nachricht lassen, wie sie war</translation>
    </message>
</context>
<context>
    <name>_Choices</name>
    <message>
        <source>Other device</source>
        <translation>Anderes Gerät</translation>
    </message>
    <message>
        <source>one hour</source>
        <translation>eine Stunde</translation>
    </message>
    <message>
        <source>four hours</source>
        <translation>vier Stunden</translation>
    </message>
    <message>
        <source>one day</source>
        <translation>einen Tag</translation>
    </message>
    <message>
        <source>one week</source>
        <translation>eine Woche</translation>
    </message>
    <message>
        <source>until I switch it off</source>
        <translation>bis ich es ausschalte</translation>
    </message>
    <message>
        <source>&amp;Encrypted (https)</source>
        <translation>&amp;Verschlüsselt (https)</translation>
    </message>
    <message>
        <source>&amp;Not encrypted (http)</source>
        <translation>&amp;Unverschlüsselt (http)</translation>
    </message>
    <message>
        <source>&amp;Back</source>
        <translation>&amp;Zurück</translation>
    </message>
    <message>
        <source>&amp;Make the key and share</source>
        <translation>Schlüssel erstellen und &amp;freigeben</translation>
    </message>
    <message>
        <source>&amp;Who gets the key?</source>
        <translation>Wer &amp;bekommt den Schlüssel?</translation>
    </message>
    <message>
        <source>For how &amp;long?</source>
        <translation>Für wie &amp;lange?</translation>
    </message>
    <message>
        <source>Who gets the key?</source>
        <translation>Wer bekommt den Schlüssel?</translation>
    </message>
    <message>
        <source>For how long?</source>
        <translation>Für wie lange?</translation>
    </message>
    <message>
        <source>Nobody in the network can read along. The certificate is Puna&apos;s own, so each device has to be told once to trust it, and some programs refuse.</source>
        <translation>Niemand im Netzwerk kann mitlesen. Das Zertifikat ist Punas eigenes, deshalb muss jedes Gerät einmal lernen, ihm zu vertrauen, und manche Programme weigern sich.</translation>
    </message>
    <message>
        <source>Works with every program. Take it only in a network whose users you trust.</source>
        <translation>Geht mit jedem Programm. Nehmen Sie es nur in einem Netzwerk, dessen Nutzern Sie vertrauen.</translation>
    </message>
    <message>
        <source>For whom, and how long?</source>
        <translation>Für wen und wie lange?</translation>
    </message>
</context>
<context>
    <name>_Counts</name>
    <message numerus="yes">
        <source>Answer: %n token(s)</source>
        <translation>
            <numerusform>Antwort: %n Token</numerusform>
            <numerusform>Antwort: %n Token</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Read before it: %n token(s)</source>
        <translation>
            <numerusform>Davor gelesen: %n Token</numerusform>
            <numerusform>Davor gelesen: %n Token</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n request(s) running</source>
        <translation>
            <numerusform>eine Anfrage läuft</numerusform>
            <numerusform>%n Anfragen laufen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n request(s) waiting</source>
        <translation>
            <numerusform>eine Anfrage wartet</numerusform>
            <numerusform>%n Anfragen warten</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>_Head</name>
    <message>
        <source>Show the thoughts</source>
        <translation>Gedanken zeigen</translation>
    </message>
</context>
<context>
    <name>_KeyCard</name>
    <message>
        <source>The new key</source>
        <translation>Der neue Schlüssel</translation>
    </message>
    <message>
        <source>Copy it now: it is shown this once. The program sends it with every request; who has it can use your models.</source>
        <translation>Kopieren Sie ihn jetzt: Er wird nur dieses eine Mal gezeigt. Das Programm sendet ihn mit jeder Anfrage; wer ihn hat, kann Ihre Modelle nutzen.</translation>
    </message>
    <message>
        <source>The key of %1</source>
        <translation>Schlüssel für %1</translation>
    </message>
</context>
<context>
    <name>_Meaning</name>
    <message>
        <source>Share with other devices…</source>
        <translation>Für andere Geräte freigeben…</translation>
    </message>
    <message>
        <source>Puna was started with a fixed address (--host), which only its command line can change.</source>
        <translation>Puna wurde mit einer festen Adresse gestartet (--host); nur seine Befehlszeile kann sie ändern.</translation>
    </message>
    <message>
        <source>Only this computer can use your models now</source>
        <translation>Jetzt kann nur dieser Computer Ihre Modelle nutzen</translation>
    </message>
    <message>
        <source>If you share them, this is how it will be:</source>
        <translation>Wenn Sie sie freigeben, gilt:</translation>
    </message>
    <message>
        <source>Other devices of your network can ask your models: telephones, tablets, other computers. This computer does the work.</source>
        <translation>Andere Geräte in Ihrem Netzwerk können Ihre Modelle fragen: Telefone, Tablets, andere Computer. Die Arbeit macht dieser Computer.</translation>
    </message>
    <message>
        <source>Each needs a key, which you make here and can take back at any time.</source>
        <translation>Jedes braucht einen Schlüssel, den Sie hier erstellen und jederzeit zurücknehmen können.</translation>
    </message>
    <message>
        <source>Programs on this computer need a key as well then; Puna&apos;s own windows have one.</source>
        <translation>Auch Programme auf diesem Computer brauchen dann einen Schlüssel; Punas eigene Fenster haben einen.</translation>
    </message>
    <message>
        <source>Nobody in the internet gets in, only devices of private networks.</source>
        <translation>Aus dem Internet kommt niemand herein, nur Geräte privater Netze.</translation>
    </message>
    <message>
        <source>It ends by itself after the time that you choose.</source>
        <translation>Es endet von selbst nach der Zeit, die Sie wählen.</translation>
    </message>
</context>
</TS>
