import{oa as a,va as b,wa as c}from"./shared.js";export{b as createUnanswered,c as fleetsOf,a as usePaged};
