import{na as a,ua as b}from"./shared.js";export{b as createUnanswered,a as usePaged};
