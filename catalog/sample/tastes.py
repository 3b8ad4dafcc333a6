"""The taste groups that invented people belong to, and what in a film's genres and tags each of them looks for."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Taste:
    """What one kind of film lover looks for.

    `share` is how many people have this taste, relative to the others. `genres` gives each genre the chance that a
    film made for this taste has it, which is also how much the genre says about a film. `tags` are words of tags.csv
    that say as much as a whole genre.
    """

    name: str
    share: float
    genres: dict[str, float]
    tags: frozenset[str]


def _taste(name: str, share: float, genres: str, tags: str) -> Taste:
    weights = {genre: float(weight) for genre, weight in (pair.split("=") for pair in genres.split())}
    return Taste(name, share, weights, frozenset(tag.strip() for tag in tags.split(",")))


TASTES = (
    _taste(
        "crime classics",
        1.4,
        "Crime=1 Drama=0.3 Thriller=0.2",
        "mafia, gangsters, Martin Scorsese, Quentin Tarantino, Al Pacino, Robert De Niro, undercover, heist, hitman, "
        "Francis Ford Coppola, Guy Ritchie, drugs, Prohibition, con artist, bank robbery",
    ),
    _taste(
        "space and the future",
        1.6,
        "Sci-Fi=1 Adventure=0.25 Thriller=0.15 Action=0.15",
        "space, aliens, robots, time travel, dystopia, cyberpunk, artificial intelligence, virtual reality, cyborgs, "
        "post-apocalyptic, Star Wars, Star Trek, Mars",
    ),
    _taste(
        "animation and family",
        1.3,
        "Animation=1 Children=0.9 Comedy=0.15 Musical=0.15",
        "Pixar, Disney, talking animals, DreamWorks, Studio Ghibli, Hayao Miyazaki, stop motion, toys, childhood, "
        "Aardman, anime",
    ),
    _taste(
        "horror",
        0.9,
        "Horror=1 Thriller=0.2 Mystery=0.1",
        "slasher, zombies, vampires, ghosts, haunted house, demons, possession, monsters, Stephen King, disturbing, "
        "Wes Craven, Sam Raimi, witches, curse",
    ),
    _taste(
        "romance and comedy",
        1.2,
        "Romance=1 Comedy=0.6 Drama=0.2",
        "romantic comedy, love story, wedding, Hugh Grant, Julia Roberts, screwball comedy, Audrey Hepburn, "
        "tearjerker, costume drama, Richard Linklater, Before trilogy",
    ),
    _taste(
        "world cinema",
        0.9,
        "Drama=0.5 Romance=0.1",
        "French, Italian, German, Spanish, Japan, Sweden, Hong Kong, Korea, Russia, Mexico, India, Akira Kurosawa, "
        "Ingmar Bergman, Federico Fellini, Wong Kar-wai, French New Wave, silent film, surreal, samurai, Berlin, "
        "Iran, Charlie Chaplin, Pedro Almodóvar, Andrei Tarkovsky",
    ),
    _taste(
        "superheroes",
        1.2,
        "Action=0.5 Adventure=0.4 Sci-Fi=0.3",
        "superhero, Marvel, DC, Batman, X-Men, Spider-Man, Avengers, based on a comic, supervillain, Superman",
    ),
    _taste(
        "action and spies",
        1.2,
        "Action=0.9 Thriller=0.5 Adventure=0.2",
        "spy, car chase, James Bond, martial arts, hitman, Bruce Willis, Arnold Schwarzenegger, Tom Cruise, "
        "Die Hard series, buddy movie, Keanu Reeves, Bourne series, police, bombs, Mel Gibson, Michael Bay, wuxia",
    ),
    _taste(
        "war and history",
        0.9,
        "War=1 Drama=0.3 Action=0.2",
        "World War II, World War I, Vietnam War, military, epic, Holocaust, ancient world, Cold War, medieval, "
        "David Lean, American Civil War, revolution, slavery",
    ),
    _taste(
        "fantasy and adventure",
        1.3,
        "Fantasy=1 Adventure=0.6 Children=0.1",
        "magic, Middle-earth, Harry Potter, treasure hunt, dragons, pirates, Indiana Jones, fairy tale, "
        "Peter Jackson, sword fight, puppets, Tim Burton",
    ),
    _taste(
        "mystery and noir",
        1.0,
        "Mystery=0.8 Film-Noir=1 Thriller=0.5 Crime=0.3",
        "Alfred Hitchcock, twist ending, private detective, neo-noir, serial killer, whodunit, David Fincher, FBI, "
        "Humphrey Bogart, amnesia, femme fatale, murder, David Lynch, Billy Wilder, nonlinear, obsession, voyeurism",
    ),
    _taste(
        "musicals",
        0.6,
        "Musical=1 Romance=0.3 Comedy=0.2",
        "dancing, music, Julie Andrews, rock and roll, Gene Kelly, jazz, classical music, concert",
    ),
    _taste(
        "westerns",
        0.6,
        "Western=1 Action=0.2 Drama=0.2",
        "Wild West, Sergio Leone, Clint Eastwood, John Wayne, John Ford, outlaws, gunfighter, showdown, "
        "Native Americans",
    ),
    _taste(
        "cult comedy",
        1.2,
        "Comedy=0.8 Crime=0.1",
        "parody, satire, slapstick, cult film, dark comedy, British comedy, Monty Python, Coen brothers, Jim Carrey, "
        "mockumentary, Bill Murray, Mel Brooks, Wes Anderson, teen film, Edgar Wright, so bad it's good, high school",
    ),
    _taste(
        "true stories",
        0.8,
        "Documentary=1 Drama=0.4",
        "true story, courtroom, boxing, survival, prison, mental illness, newspapers, politics, racism, biography, "
        "nature, Michael Moore, coming of age, family, underdog, LGBT",
    ),
)
# How much better (in stars) people find a film with one of these tags than its fame alone would say.
ACCLAIM = {"masterpiece": 0.35, "classic": 0.15, "disappointing": -0.7, "so bad it's good": -1.2}
