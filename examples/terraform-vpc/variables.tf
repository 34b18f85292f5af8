variable "name" {
  description = "What the VPC and its parts are called."
  type        = string
  default     = "example"
}

variable "cidr_block" {
  description = "The VPC's IPv4 addresses."
  type        = string
  default     = "10.20.0.0/16"
}

variable "web_port" {
  description = "On which the web tier listens."
  type        = number
  default     = 8080
}
