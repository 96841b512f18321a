package baton.standalone;

import java.util.List;

/// What a simulated visitor has on her mind.
///
/// @param opening what she writes first, one message after the other
/// @param answers what she says to each reply; with the last one she goes
record Dialogue(List<String> opening, List<String> answers) {

    /// Freezes the words.
    Dialogue {
        opening = List.copyOf(opening);
        answers = List.copyOf(answers);
    }

    /// Names to choose from; not everybody gives one.
    static final List<String> NAMES = List.of("Vera", "Otto", "Mia", "Jonas", "Amira", "Luis", "Freya", "Kenji", "Nadia", "Paul",
            "Zeynep", "Tomás", "Ingrid", "Kofi", "Lena", "Rahul", "Sofia", "Emil", "Chiara", "Hugo", "Aiko", "Omar", "Greta", "Mateo",
            "Priya", "Felix", "Noor", "Anton", "Elif", "Bruno");

    /// Everything that they talk about.
    static final List<Dialogue> ALL = List.of(
            new Dialogue(List.of("Hello! Where is my parcel? It was to come on Friday."),
                    List.of("The order number is 4711-0815.", "Great, thank you for looking!")),
            new Dialogue(List.of("Hi, I would like to return a pair of shoes.", "They are a size too small, and I have not worn them outside."),
                    List.of("Do I have to print the label myself?", "Good to know. Thanks, that was quick!")),
            new Dialogue(List.of("Good morning. My discount code is not accepted: AUTUMN15."),
                    List.of("Ah, now it works. Thank you!")),
            new Dialogue(List.of("Can I still change the address of an order that I placed an hour ago?"),
                    List.of("Lindenweg 12 instead of 21, please.", "Perfect, thank you.")),
            new Dialogue(List.of("Is the blue kettle coming back into stock?"),
                    List.of("Could you tell me when it is there?", "That would be lovely, thanks!")),
            new Dialogue(List.of("I was charged twice for the same order.", "Once on Monday and once today, 39.90 each."),
                    List.of("It is the card that ends in 1234.", "How long does that take usually?", "All right. Thank you for your help.")),
            new Dialogue(List.of("Do you deliver to Norway?"),
                    List.of("And what about customs?", "Thanks, then I will order tonight.")),
            new Dialogue(List.of("The lamp arrived with a broken shade :("),
                    List.of("I can send you a photo by mail, if that helps.", "That is very kind. Thank you!")),
            new Dialogue(List.of("Hello, I forgot my password and the mail to reset it does not come."),
                    List.of("Found it, it was in the spam folder. Thanks!")),
            new Dialogue(List.of("I need an invoice with our company's name on it."),
                    List.of("Nordlicht GmbH, and the VAT id is on file.", "Got it, thank you.")),
            new Dialogue(List.of("Which size of the rain jacket would you take at 1.78 m?", "I usually wear an M."),
                    List.of("Then I will take the L. Thank you!")),
            new Dialogue(List.of("Your site says that my order was delivered, but there is nothing here."),
                    List.of("No, I have asked the neighbours already.", "OK, I will wait until tomorrow then. Thanks.")),
            new Dialogue(List.of("Is it possible to pay by invoice?"),
                    List.of("Thank you, that answers it.")),
            new Dialogue(List.of("Hi! I ordered two chairs and three came. What shall I do with the third?"),
                    List.of("Monday after four would be fine.", "Great. Have a nice day!")));
}
