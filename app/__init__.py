"""共议 Gongyi, the policy wiki: a city makes its rules together."""
