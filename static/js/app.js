/* Everything the pages need beyond HTML, CSS and htmx. Each module adds one behaviour to a page that works without it.
   Rules: no eval, no inline styles, no words of its own (they come from components/script_texts.html, translated).
   docs/frontend.md lists the attributes that switch a behaviour on. */
import "./keyboard.js";
import "./clocks.js";
import "./actions.js";
import "./forms.js";
import "./requests.js";
import "./autosave.js";
import "./combobox.js";
import "./upload.js";
import "./list.js";
import "./phrases.js";
import "./pulse.js";
import "./board.js";
import "./letter.js";
