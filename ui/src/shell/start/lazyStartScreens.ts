// Ways into a vault that are seldom gone: fetched together, with the style of the controls that only they use.
import "@mantine/core/styles/ScrollArea.layer.css";
import "@mantine/core/styles/Popover.layer.css";
import "@mantine/core/styles/Combobox.layer.css";

export { DamagedVault } from "../../features/session/DamagedVault";
export { RecoverVault } from "../../features/session/RecoverVault";
