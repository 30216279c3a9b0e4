"""The words the demo lender is made of: common names, plausible places, everyday vehicles."""

from typing import NamedTuple

WOMEN = (
    "Marta", "Luz Dary", "Paola", "Diana", "Sandra", "Carolina", "Adriana", "Gloria", "Yolanda",
    "Natalia", "Ángela", "Claudia", "Mónica", "Viviana", "Camila", "Johana",
)  # fmt: skip
MEN = (
    "Carlos", "Jorge", "Andrés", "Luis Fernando", "Juan David", "Óscar", "Hernán", "Wilson",
    "Julián", "Mauricio", "Jairo", "Sebastián", "Edwin", "Iván", "Fabián", "Álvaro",
)  # fmt: skip
SURNAMES = (
    "Rojas", "Gómez", "Peña", "Cárdenas", "Muñoz", "Ospina", "Restrepo", "Quintero", "Castaño",
    "Vargas", "Herrera", "Niño", "Salazar", "Acosta", "Bermúdez", "Patiño", "Londoño", "Suárez",
    "Mendoza", "Arias", "Pineda", "Guerrero", "Solano", "Ibáñez", "Rincón", "Velasco",
)  # fmt: skip
COMPANIES = (
    "Transportes La Ceiba S.A.S.", "Distribuciones El Guayacán Ltda.", "Logística Río Claro S.A.S.",
    "Panadería Dos Palmas S.A.S.", "Ferretería El Yarumo Ltda.", "Lácteos Alto Verde S.A.S.",
    "Mudanzas Piedra Blanca S.A.S.", "Viveros La Guadua S.A.",
)  # fmt: skip
CITIES = (
    "Bogotá D. C.", "Medellín", "Cali", "Barranquilla", "Bucaramanga", "Pereira", "Manizales",
    "Villavicencio", "Cúcuta", "Ibagué", "Neiva", "Pasto",
)  # fmt: skip


class Model(NamedTuple):
    """A vehicle on the market and what is usually lent for it, in millions of pesos."""

    make: str
    name: str
    least: int
    most: int


MOTORCYCLES = (
    Model("Yamaha", "FZ 25", 8, 14),
    Model("Bajaj", "Dominar 400", 9, 15),
    Model("Honda", "CB 190R", 8, 13),
)
CARS = (
    Model("Renault", "Logan", 28, 55),
    Model("Mazda", "2", 38, 70),
    Model("Kia", "Picanto", 26, 52),
    Model("Nissan", "Versa", 40, 75),
    Model("Toyota", "Corolla Cross", 70, 110),
)
USED_CARS = (
    Model("Renault", "Sandero", 15, 32),
    Model("Kia", "Rio", 14, 30),
    Model("Suzuki", "Swift", 16, 34),
)
TRUCKS = (
    Model("Hino", "Serie 300", 85, 120),
    Model("Foton", "Aumark", 70, 110),
    Model("JAC", "X200", 55, 90),
)
