"""为民服务联络卡: a card by the telephone, and what is asked for through the code on it."""
