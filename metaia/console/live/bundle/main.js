import{la as a}from"./shared.js";export{a as usePaged};
