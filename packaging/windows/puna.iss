; Puna's installer for Windows, for one user and without an administrator. Read by Inno Setup 6;
; packaging/windows_installer.py names Version, App (folder of the frozen application) and Icon.

#ifndef Version
  #error Started by packaging/windows_installer.py
#endif

[Setup]
AppId={{7E0C1B5C-3D0E-4C55-9C39-0B7A4B2F6D11}
AppName=Puna
AppVersion={#Version}
AppVerName=Puna {#Version}
AppPublisher=The Puna developers
VersionInfoVersion={#Version}
PrivilegesRequired=lowest
DefaultDirName={autopf}\Puna
DisableDirPage=auto
DisableProgramGroupPage=yes
DisableReadyPage=yes
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
MinVersion=10.0.17763
SetupIconFile={#Icon}
UninstallDisplayIcon={app}\puna-tray.exe
UninstallDisplayName=Puna
Compression=lzma2/max
SolidCompression=yes
WizardStyle=modern
ShowLanguageDialog=auto
; What was ticked once is not done again by an update: the user may have undone it since.
UsePreviousTasks=no
; Puna is asked to end before (below); this is for `puna serve` in a terminal.
CloseApplications=yes
RestartApplications=no
#ifdef Signed
SignTool=puna
SignedUninstaller=yes
#endif

[Languages]
Name: "en"; MessagesFile: "compiler:Default.isl"
Name: "de"; MessagesFile: "compiler:Languages\German.isl"

[CustomMessages]
en.Autostart=Start Puna when I log in
de.Autostart=Puna bei der Anmeldung starten
en.Leaving=Asking Puna to end…
de.Leaving=Puna wird beendet…
en.Keep=Keep your models, chats and settings?%n%nThey are in %1.
de.Keep=Sollen Ihre Modelle, Chats und Einstellungen bleiben?%n%nSie liegen in %1.

[Tasks]
Name: "desktopicon"; Description: "{cm:CreateDesktopIcon}"; Flags: unchecked
Name: "autostart"; Description: "{cm:Autostart}"; Flags: unchecked

[InstallDelete]
; Libraries of the version before must not be found by this one.
Type: filesandordirs; Name: "{app}\_internal"

[Files]
Source: "{#App}\*"; DestDir: "{app}"; Flags: ignoreversion recursesubdirs createallsubdirs

[Icons]
Name: "{autoprograms}\Puna"; Filename: "{app}\puna-tray.exe"; Parameters: "tray"
Name: "{autodesktop}\Puna"; Filename: "{app}\puna-tray.exe"; Parameters: "tray"; Tasks: desktopicon

[Registry]
; The same value as Puna's own setting writes (desktop/core/autostart.py).
Root: HKCU; Subkey: "Software\Microsoft\Windows\CurrentVersion\Run"; ValueType: string; ValueName: "Puna"; ValueData: """{app}\puna-tray.exe"" tray --quiet"; Tasks: autostart
Root: HKCU; Subkey: "Software\Microsoft\Windows\CurrentVersion\Run"; ValueType: none; ValueName: "Puna"; Flags: dontcreatekey uninsdeletevalue

[Run]
Filename: "{app}\puna-tray.exe"; Parameters: "tray"; Description: "{cm:LaunchProgram,Puna}"; Flags: nowait postinstall skipifsilent

[Code]
procedure SendAway;
var
  Code: Integer;
begin
  if FileExists(ExpandConstant('{app}\puna.exe')) then
    Exec(ExpandConstant('{app}\puna.exe'), 'quit', '', SW_HIDE, ewWaitUntilTerminated, Code);
end;

function PrepareToInstall(var NeedsRestart: Boolean): String;
begin
  WizardForm.StatusLabel.Caption := CustomMessage('Leaving');
  SendAway;
  Result := '';
end;

procedure CurUninstallStepChanged(Step: TUninstallStep);
var
  Folder: String;
begin
  if Step = usUninstall then
    SendAway;
  if Step = usPostUninstall then
  begin
    { Models in another folder, which the user has named in the settings, are never removed. }
    Folder := ExpandConstant('{localappdata}\puna');
    if DirExists(Folder) then
      if SuppressibleMsgBox(FmtMessage(CustomMessage('Keep'), [Folder]), mbConfirmation,
        MB_YESNO or MB_DEFBUTTON1, IDYES) = IDNO then
        DelTree(Folder, True, True, True);
  end;
end;
