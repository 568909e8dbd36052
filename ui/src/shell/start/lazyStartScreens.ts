// The rarer start screens, loaded together with the styles of the controls that only they use.
import "@mantine/core/styles/ScrollArea.layer.css";
import "@mantine/core/styles/Popover.layer.css";
import "@mantine/core/styles/Combobox.layer.css";

export { DamagedVault } from "../../features/session/DamagedVault";
export { RecoverVault } from "../../features/session/RecoverVault";
