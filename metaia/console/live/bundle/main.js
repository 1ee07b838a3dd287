import{la as a,sa as b}from"./shared.js";export{b as createUnanswered,a as usePaged};
