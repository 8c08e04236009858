/* Names and places, put together from syllables and stems: no real person lives here. */
#include "twinreader/synth/value_maker.h"

const struct synth_value_rule synth_value_name_rules[] = {
    {"surname", "김|이|박|최|정|강|조|윤|장|임|한|오|서|신|권|황|안|송|류|"
                "전|홍|고|문|양|손|배|백|허|유|남|심|노|하|곽|성|차|주|우|"
                "구|나|민|진|지|엄|채|원|천|방|공|현|함|변|염|여|추|도|소|"
                "석|선|설|마|길|연|위|표|명|기|반|라|왕|금|옥|육|인|맹|제|"
                "모|탁|국|은|편|용|남궁|황보|제갈|선우|독고|사공|서문"},
    {"given-a", "민|서|지|하|도|예|수|은|현|윤|유|시|주|승|정|재|태|성|영|"
                "경|준|우|건|채|다|소|혜|미|나|동|상|종|창|병|기|광|진|인|"
                "선|효|규|찬|원|연|보|명|해|희|형|용|철|순|옥|춘|복|길|말|"
                "금|을|훈|혁|환|라|빛|한|세|이|가|온|슬|별|봄|솔|새|율|휘|"
                "겸|단|담|로|린|범|솜|설|월|임|제|초|탁|평|필|학|향|후|흥"},
    {"given-b", "준|우|호|진|현|민|서|윤|아|은|영|희|숙|자|철|수|식|석|혁|"
                "훈|빈|연|원|재|율|경|미|정|선|주|지|린|나|라|람|솔|별|빛|"
                "슬|온|결|건|국|규|근|기|남|달|대|덕|돈|동|란|례|록|림|만|"
                "명|무|문|백|범|복|봉|분|산|삼|상|섭|성|순|승|신|심|안|애|"
                "억|언|엽|옥|완|용|운|웅|월|유|의|인|일|임|종|찬|채|천|춘|"
                "태|택|표|필|하|학|한|해|향|헌|형|화|환|효|후|휘|흠"},
    {"person-ko", "{surname}{given-a}{given-b}|{surname}{given-a}{given-b}|"
                  "{surname}{given-a}{given-b}|{surname}{given-a}{given-b}|"
                  "{surname}{given-a}{given-b}|{surname}{given-b}"},
    {"person", "{person-ko}"},
    {"first-en", "Daniel|Hannah|Oscar|Nora|Felix|Clara|Simon|Ruth|Hugo|Alice|Martin|Julia|"
                 "Peter|Lena|Arthur|Grace|Victor|Ellen|Leo|Irene|Samuel|Paula|Henry|Rosa|"
                 "Walter|Doris|Edgar|Vera|Ivan|Maya|Owen|Tessa|Jonas|Fiona|Albert|Wendy|Ralph|"
                 "Naomi|Gilbert|Esther|Minsoo|Jiyeon|Hyunwoo|Seojun|Yuna|Dohyun|Eunji|Taeho|"
                 "Sujin|Haneul"},
    {"last-en", "Carter|Bishop|Marlow|Harding|Stone|Ashby|Keller|Novak|Fischer|Lindgren|"
                "Moreau|Costa|Romano|Duarte|Whitfield|Barlow|Pryor|Thorne|Vance|Wexley|"
                "Ellison|Garner|Holt|Ibsen|Jarvis|Kemp|Langley|Mercer|Norwood|Oakes|Kim|Lee|"
                "Park|Choi|Jung|Kang|Yoon|Jang|Lim|Shin"},
    {"person-en", "{first-en} {last-en}|{first-en} {last-en}|{last-en}, {first-en}|{first-en} "
                  "@. {last-en}|Mr. {last-en}|Ms. {last-en}"},
    {"province", "서울특별시|부산광역시|대구광역시|인천광역시|"
                 "광주광역시|대전광역시|울산광역시|세종특별자치시|"
                 "경기도|강원특별자치도|충청북도|충청남도|"
                 "전북특별자치도|전라남도|경상북도|경상남도|"
                 "제주특별자치도"},
    {"province-short", "서울|부산|대구|인천|광주|대전|울산|세종|경기|강원|"
                       "충북|충남|전북|전남|경북|경남|제주"},
    {"place-a", "가|나|다|라|마|바|사|아|자|차|하|고|노|도|로|모|보|소|오|"
                "조|초|호|구|누|두|루|무|부|수|우|주|추|후|미|비|시|이|지|"
                "은|산|들|물|달|별|빛|솔|온|한|새|늘|밝|맑|높|푸른|고운|"
                "너른|느티|다온|라온|가온|누리|마루|바른|미르|보람|사랑|"
                "새롬|슬기|아람|여울|윤슬|은결|이음|참샘|초롱|큰솔|푸름|"
                "하늘|한결|해솔|햇살|흰솔|꽃내|돌샘|벚꽃|단풍|청솔|백운|"
                "금곡|대현|덕암|봉학|상운|석촌|성암|송학|신월|양곡|연화|"
                "영천|옥계|용두|운암|월평|은행|장림|정암|죽림|중앙|진월|"
                "창림|청계|태봉|평림|풍암|학산|행운|현암|홍림|화곡|황암|"
                "회림"},
    {"place-b", "내|미|산|천|림|곡|동|월|암|평|원|정|담|솔|샘|울|뫼|골|들|"
                "벌|터|재|실|말|봉|학|운|계|두|진"},
    {"place", "{place-a}{place-b}|{place-a}{place-b}|{place-a}|{place-a}{place-b}"},
    {"district", "{place}구|{place}구|{place}시|{place}군|{place}시 {place}구"},
    {"road", "{place}로|{place}대로|{place}길|{place}로 {2~98}번길|{place}로{2~60}길"},
    {"dong", "{place}동|{place}{2~5}동|{place}동|{place}읍|{place}면 {place}리"},
    {"flat", "{101~130}동 {1~25}0{1~8}호|{1~19}층|{2~20}0{1~9}호|지하 {1~2}층|{1~3}층 "
             "{1~3}0{1~9}호"},
    {"village", "한별|푸르뫼|늘봄|다온|새빛|은하|햇살|큰솔|해오름|가온|"
                "라온|미르|백합|장미|개나리|진달래|무궁화|청솔|해맞이|"
                "별빛|물빛|하늘채|온누리"},
    {"address-road", "{province} {district} {road} {1~399}|{province} {district} {road} "
                     "{1~299}, {flat}|{province} {district} {road} {1~299} ({dong})|"
                     "{province-short} {district} {road} {1~199}-{1~30}|{province} {district} "
                     "{road} {1~299}, {flat} ({place}동, {village}마을)"},
    {"address-lot", "{province} {district} {dong} {1~999}-{1~60}|{province} {district} {dong} "
                    "{1~999}번지|{province-short} {district} {dong} {1~999} "
                    "{village}아파트 {flat}|{province} {district} {dong} 산{1~99}-{1~9}"},
    {"address", "{address-road}|{address-road}|{address-lot}"},
    {"address-short", "{province-short} {district} {road} {1~399}|{province-short} {district} "
                      "{dong} {1~999}-{1~60}|{district} {road} {1~299}"},
    {"postcode", "{0~6}####"},
    {"clinic-stem", "바른|참|새봄|다온|미소|한마음|연세숲|가온|늘푸른|"
                    "온누리|밝은|고운|예담|라온|이음|하늘|맑은|우리들|"
                    "행복한|튼튼|든든|백세|청춘|햇살|초록|푸른|해맑은|"
                    "마디|큰사랑|첫걸음|열린|바로선|세움|솔빛|은빛|단비|"
                    "사랑가득|아이봄|민들레|봄날|정다운|온새미|다솜|"
                    "나래|별하|소담|윤슬"},
    {"clinic-kind", "내과의원|외과의원|정형외과의원|이비인후과의원|"
                    "소아청소년과의원|피부과의원|안과의원|"
                    "비뇨의학과의원|산부인과의원|신경외과의원|"
                    "재활의학과의원|가정의학과의원|마취통증의학과의원|"
                    "정신건강의학과의원|치과의원|한의원|의원|병원|"
                    "치과병원|한방병원|요양병원|재활병원|정형외과병원|"
                    "종합병원|대학교병원|의료원|메디컬센터"},
    {"hospital", "{clinic-stem}{clinic-kind}|{clinic-stem}{clinic-kind}|"
                 "{clinic-stem}{clinic-kind}|{place}{clinic-kind}|{place}종합병원|"
                 "{place}{clinic-stem}병원|의료법인 {clinic-stem}의료재단 "
                 "{place}병원|학교법인 {place}학원 {place}대학교병원|"
                 "{clinic-stem} {clinic-kind}"},
    {"pharmacy", "{clinic-stem}약국|{place}온누리약국|{place}약국"},
    {"insurer-stem", "한결|다온|새벗|두레|온빛|라온|든든|참벗|가온|늘품|"
                     "동행|미래로|누리|하늘|바른|큰나무|해솔|이음|우리빛|"
                     "새길|한울|모두"},
    {"insurer-kind", "화재해상보험|손해보험|생명보험|화재|손해보험(주)|"
                     "생명보험(주)|화재해상보험(주)|라이프생명|"
                     "해상화재보험"},
    {"insurer", "{insurer-stem}{insurer-kind}|{insurer-stem}{insurer-kind}|"
                "(주){insurer-stem}손해보험|{insurer-stem}손해보험 주식회사"},
    {"shop-stem", "한길|명성|제일|대성|삼화|현진|동신|신광|우진|태양|"
                  "세진|대원|남도|북부|서진|강산|미래|한마음|정우|"
                  "대림원|금성원|유일|으뜸|나래|새한|진성|광성|동일원|"
                  "성진|상록|청우|은하"},
    {"repair-kind", "자동차공업사|모터스|자동차정비|종합정비공업사|"
                    "카센터|오토서비스|자동차정비사업소|서비스센터|"
                    "1급정비공업사|오토프라자|카클리닉|공업사"},
    {"repair-shop", "{shop-stem}{repair-kind}|{shop-stem}{repair-kind}|"
                    "(주){shop-stem}{repair-kind}|{place}{repair-kind}|{shop-stem}모터스 "
                    "{place}점|주식회사 {shop-stem}{repair-kind}"},
    {"shop-kind", "마트|슈퍼|편의점|식당|분식|김밥|커피|베이커리|정육점|"
                  "청과|문구|서점|화원|철물|세탁소|미용실|약국|생활용품|"
                  "할인마트|식자재마트|국밥|칼국수|냉면|치킨|피자|족발|"
                  "돈까스|횟집|반찬|떡집|안경원|전자|가구|의류|신발"},
    {"shop-ko", "{shop-stem}{shop-kind}|{place}{shop-kind}|{clinic-stem} {shop-kind}|"
                "{shop-stem}{shop-kind} {place}점|(주){shop-stem}유통|"
                "{place}할매{shop-kind}|{place}농협 하나로{shop-kind}"},
    {"shop-word-en", "Golden|Green|Silver|Blue|Maple|Cedar|River|Harbour|Corner|Garden|Sunny|"
                     "Happy|Royal|Lucky|Urban|Daily|Fresh|Little|Old|Grand|Lotus|Moon|Star|"
                     "North|South"},
    {"shop-kind-en", "MART|STORE|CAFE|BAKERY|KITCHEN|DELI|GROCERY|HARDWARE|BOOKS|PHARMACY|"
                     "RESTAURANT|TRADING|SUPERMARKET|STATIONERY|BISTRO|FOODS"},
    {"shop-en", "{shop-word-en} {shop-kind-en}|{shop-word-en} {shop-word-en} {shop-kind-en}|"
                "{last-en}'S {shop-kind-en}|{shop-word-en} {shop-kind-en} SDN BHD|{last-en} & "
                "{last-en} {shop-kind-en}|{shop-word-en} {shop-kind-en} CO., LTD."},
    {"shop", "{shop-ko}"},
    {"company", "{shop-ko}|{repair-shop}|(주){shop-stem}산업|{shop-stem}건설(주)|"
                "{shop-stem}물산|주식회사 {shop-stem}전자|{insurer}"},
    {"company-en", "{shop-word-en} {last-en} Inc.|{last-en} {shop-kind-en}|{shop-word-en} "
                   "Industries Ltd.|{last-en} & {last-en} Co."},
    {"street-en", "Oak|Elm|Mill|Church|Station|Park|Market|Bridge|Queen|King|Hill|Lake|Cherry|"
                  "Chestnut|Orchard|Harbour"},
    {"address-en", "{1~299} {street-en} Street|No. {1~99}, {street-en} Road|{1~9}/F, {1~299} "
                   "{street-en} Avenue|{1~299} {street-en} Lane, Unit {1~40}|Lot {1~400}, "
                   "Jalan {street-en} {1~20}/{1~9}"},
    {"bank", "한결은행|다온은행|새벗은행|두레은행|온빛은행|가온은행|"
             "누리은행|큰나무은행|우체국|새마을금고|신협|농협|수협|"
             "하늘뱅크|이음은행|국민은행|신한은행|우리은행|하나은행|"
             "기업은행"},
    {"account", "{1~9}##-######-##-###|###-##-######|###-######-#####|{1~9}###-##-#######|"
                "{1~9}##-####-####-##|{1~9}#####-##-######"},
    {"department", "내과|외과|정형외과|신경외과|신경과|흉부외과|"
                   "성형외과|소아청소년과|산부인과|이비인후과|안과|"
                   "피부과|비뇨의학과|재활의학과|마취통증의학과|"
                   "정신건강의학과|가정의학과|응급의학과|영상의학과|"
                   "치과|한방내과|침구과|순환기내과|소화기내과|"
                   "호흡기내과|내분비내과|신장내과|혈액종양내과|"
                   "류마티스내과|구강외과"},
    {"ward", "{1~12}0{1~9}호|{3~12}병동 {1~12}0{1~9}호|{2~12}층 {1~30}병실|"
             "{1~9}W-{1~30}|{3~11}{1~3}병동|-"},
    {"doctor", "{person-ko}"},
    {"job", "회사원|자영업|주부|학생|교사|공무원|간호사|운전기사|농업|"
            "어업|판매원|요리사|기술자|건축가|디자이너|개발자|연구원|"
            "프리랜서|무직|용접공"},
    {"relation", "본인|배우자|부|모|자녀|형제|자매|조부|조모|친권자|기타"},
    {"plate", "{10~99}{plate-letter} ####|{100~699}{plate-letter} ####|"
              "{10~99}{plate-letter}####|{100~699}{plate-letter}####"},
    {"plate-letter", "가|나|다|라|마|거|너|더|러|머|버|서|어|저|고|노|도|로|"
                     "모|보|소|오|조|구|누|두|루|무|부|수|우|주|허|하|호"},
    {"car-maker", "가람|해온|루체|비온|노바|카론|테라|벨라|오리온|"
                  "세도나|마린|아르고"},
    {"car-name", "소라타|아반데|그란도|산타로|투란|모리스|카니온|"
                 "스포라|세라토|레인보|티볼로|코란트|렉스온|말리부스|"
                 "트래커스|봉고리|포르타|캐스카|베르나스|니로스"},
    {"model", "{car-name}|{car-maker} {car-name}|{car-name} 2.0|{car-name} 1.6 터보|"
              "{car-maker} {car-name} 하이브리드|{car-name} DN{2~9}|{car-name} "
              "({2009~2025}년식)|{car-name} 디젤 2.2|{car-maker} {car-name} EV|"
              "뉴{car-name} 1.{4~8} 가솔린"},
    {"mileage", "{3~230},### km|{10~230},###km|{3~230},### Km"},
    {NULL, NULL}};
